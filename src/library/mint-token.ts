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
import { type ServiceCall, type ServiceOptions, toThrown, withService } from './service';

export interface MintTokenOptions extends TokenChoices, ServiceOptions {
  /** The API key of your account. It is sent only to `apiServer`. It is not read from an environment variable. */
  readonly apiKey: string;
}

/** A minted token and its properties. */
export interface MintedToken {
  /** The token. Clients send it as `Authorization: Bearer`, or pass it to the SDK as `authToken`. */
  readonly token: string;
  readonly access: Access;
  readonly lifetimeS: number;
  readonly oneTime: boolean;
  /** The time just before the request was sent. */
  readonly issuedAt: Date;
  /** The token does not expire before this time. */
  readonly expiresAt: Date;
}

export const TIMEOUT_MS = 30_000;
const NAMES = ['apiKey', 'apiServer', ...CHOICE_NAMES, ...CALL_NAMES];

/**
 * Mints a short-lived auth token with an API key. The token is safe to give to a browser or an app. Tries up to three times
 * within `timeoutMs` (default: 30 s).
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
    return await mintOnce(work, wanted);
  } catch (error) {
    throw toThrown(error, options?.signal);
  }
}

/** @throws CliError with the codes of `mintToken` */
export async function mintOnce(work: ServiceCall, wanted: TokenOptions): Promise<MintedToken> {
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
