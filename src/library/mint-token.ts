import type { Access } from '../core/token';
import { readApiKey, readChoices, readTimeout, requireOptions, type TokenChoices } from './options';
import { type ServiceOptions, withService } from './service';

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

const TIMEOUT_MS = 30_000;

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
  requireOptions(options);
  const key = readApiKey(options.apiKey);
  const wanted = readChoices(options);
  const timeoutMs = readTimeout(options.timeoutMs, TIMEOUT_MS);
  const { token, sentAt } = await withService({ ...options, timeoutMs }, (api) =>
    api.mintToken(key, wanted),
  );
  return {
    token: token.reveal(),
    ...wanted,
    issuedAt: new Date(sentAt),
    expiresAt: new Date(sentAt + wanted.lifetimeS * 1000),
  };
}
