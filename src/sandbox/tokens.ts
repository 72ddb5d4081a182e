import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { REASONS } from '../api/protocol';
import type { Clock } from '../context';
import type { Secret } from '../core/secret';
import type { Access, TokenOptions } from '../core/token';
import type { Faults } from './faults';
import { Refusal } from './refusal';

/** Who makes a request: the holder of the API key, who may do everything, or of an auth token. */
export interface Caller {
  readonly kind: 'key' | 'token';
  readonly access: Access;
}

export interface Tokens {
  mint(options: TokenOptions): string;
  /**
   * Who an `Authorization` value stands for. A one-time token is spent here, in the same instant, whatever
   * comes of the request.
   * @throws Refusal 401: missing, unknown, expired and spent have texts of their own
   */
  authenticate(authorization: string | undefined): Caller;
}

interface TokenRecord {
  readonly access: Access;
  readonly oneTime: boolean;
  /** On the monotonic clock, in milliseconds. */
  readonly expiresAt: number;
  spent: boolean;
}

/** How long a dead token can still be told apart from an unknown one. */
const REMEMBERED_MS = 10 * 60_000;

const FAULT_REASONS: Readonly<Record<string, string>> = {
  expired: REASONS.tokenExpired,
  spent: REASONS.tokenSpent,
};

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Tokens by their SHA-256 alone, and the one API key, on the clock that never jumps. */
export function createTokens(
  clock: Pick<Clock, 'monotonic'>,
  apiKey: Secret,
  limit: number,
  faults: Faults,
): Tokens {
  const keyDigest = digest(apiKey.reveal());
  const records = new Map<string, TokenRecord>();

  const forget = () => {
    const now = clock.monotonic();
    for (const [hash, record] of records) {
      if (records.size < limit && record.expiresAt + REMEMBERED_MS > now) return;
      records.delete(hash);
    }
  };

  return {
    mint(options) {
      forget();
      const token = randomBytes(32).toString('base64url');
      records.set(digest(token).toString('hex'), {
        access: options.access,
        oneTime: options.oneTime,
        expiresAt: clock.monotonic() + options.lifetimeS * 1000,
        spent: false,
      });
      return token;
    },

    authenticate(authorization) {
      if (!authorization) throw new Refusal(401, REASONS.credentialMissing);
      if (timingSafeEqual(digest(authorization), keyDigest)) {
        return { kind: 'key', access: 'readwrite' };
      }
      const token = /^bearer +(\S+)$/i.exec(authorization)?.[1];
      const record = token === undefined ? undefined : records.get(digest(token).toString('hex'));
      if (!record) throw new Refusal(401, REASONS.credentialUnknown);
      if (record.spent) throw new Refusal(401, REASONS.tokenSpent);
      if (clock.monotonic() >= record.expiresAt) throw new Refusal(401, REASONS.tokenExpired);
      const fault = faults.take('token');
      if (fault) throw new Refusal(401, FAULT_REASONS[fault.action] ?? REASONS.credentialUnknown);
      record.spent = record.oneTime;
      return { kind: 'token', access: record.access };
    },
  };
}

/** @throws Refusal 403 for a readonly token */
export function requireReadwrite(caller: Caller): void {
  if (caller.access !== 'readwrite') throw new Refusal(403, REASONS.tokenReadonly);
}
