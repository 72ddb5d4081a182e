import { createMint } from '../api/create-mint';
import { requireNames } from '../core/named-options';
import type { Access, TokenOptions } from '../core/token';
import {
  CALL_NAMES,
  CHOICE_NAMES,
  readApiKey,
  readApiServer,
  readChoices,
  readTimeout,
  requireSignal,
  type TokenChoices,
} from './options';
import { asThrown, type ServiceOptions, type Work, withService } from './service';

export interface MintTokenOptions extends TokenChoices, ServiceOptions {
  /** The secret key of your account. It is sent to `apiServer` and nowhere else, and read from no other place. */
  readonly apiKey: string;
}

/** A token, and all that is known of it. */
export interface MintedToken {
  /** What a client sends as `Authorization: Bearer`, or hands to the SDK as `authToken`. */
  readonly token: string;
  readonly access: Access;
  /** In seconds. */
  readonly lifetimeS: number;
  readonly oneTime: boolean;
  /** The moment before the service was asked. */
  readonly issuedAt: Date;
  /** Never later than the truth. */
  readonly expiresAt: Date;
}

export const TIMEOUT_MS = 30_000;
const NAMES = ['apiKey', 'apiServer', ...CHOICE_NAMES, ...CALL_NAMES];

/**
 * Trades an API key for a short-lived auth token that a browser or an app may hold. Tried up to three times within
 * `timeoutMs`, 30 s unless you say otherwise.
 * @example
 * const { token } = await mintToken({
 *   apiKey: process.env.VOCALSTACK_API_KEY ?? '',
 *   access: 'readwrite',
 *   lifetimeS: 60,
 * });
 * @throws TokenError `key_refused`, `forbidden`, `invalid_value`, `key_empty`, `key_malformed`, `minting_unavailable`, and
 *   the codes of the network and the service, such as `timeout`, `connection_refused` and `rate_limited`
 */
export async function mintToken(options: MintTokenOptions): Promise<MintedToken> {
  try {
    requireNames(options, NAMES, 'mintToken');
    const wanted = readChoices(options);
    requireSignal(options.signal);
    const work = {
      credential: readApiKey(options.apiKey),
      apiServer: readApiServer(options.apiServer),
      timeoutMs: readTimeout(options.timeoutMs, TIMEOUT_MS),
      signal: options.signal,
    };
    return await mintBy(work, wanted);
  } catch (error) {
    throw asThrown(error, options?.signal);
  }
}

/** @throws CliError */
export async function mintBy(work: Work, wanted: TokenOptions): Promise<MintedToken> {
  const { token, sentAt } = await withService(work, (api) =>
    createMint(api)(work.credential, wanted),
  );
  return {
    token: token.reveal(),
    ...wanted,
    issuedAt: new Date(sentAt),
    expiresAt: new Date(sentAt + wanted.lifetimeS * 1000),
  };
}
