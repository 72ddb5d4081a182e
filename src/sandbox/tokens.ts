import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { REASONS } from '../api/protocol';
import type { Clock } from '../context/clock';
import type { Secret } from '../core/secret';
import type { Faults } from './faults';
import type { Limits } from './limits';
import { Refusal } from './refusal';
import type { RequestedToken, Rules, Use, Uses } from './rules';

/** The sender of a request, who has the API key or an auth token. */
export interface Caller {
  /** The time of expiry, in milliseconds of the monotonic clock. Infinity for an API key. */
  readonly expiresAt: number;
}

/** The credentials of a request, and what the request uses them for. */
export interface Request {
  readonly authorization: string | undefined;
  readonly query: URLSearchParams;
  readonly use: Use;
}

export interface Tokens {
  mint(wanted: RequestedToken): string;
  /**
   * Checks the credentials of a request. After this check, a one-time token is spent, even if the request fails later.
   * @throws Refusal 401 if the credential is missing, unknown, expired or spent, each with its own message
   * @throws Refusal 403 if the token does not allow the use
   */
  authorize(request: Request): Caller;
}

interface TokenRecord extends Caller {
  readonly wanted: RequestedToken;
  uses: Omit<Uses, 'now'>;
}

/**
 * How long an expired token is stored, in milliseconds. A stored token is refused as expired. A token that is no longer stored is
 * refused as unknown. If too many tokens are stored, expired tokens are deleted earlier.
 */
const REMEMBERED_MS = 10 * 60_000;

const FAULT_REASONS: Readonly<Record<string, string>> = {
  expired: REASONS.tokenExpired,
  spent: REASONS.tokenSpent,
};

const digest = (text: string) => createHash('sha256').update(text).digest();

const forbidden = (use: Use) =>
  use === 'mint'
    ? new Refusal(403, REASONS.tokenCannotMint)
    : new Refusal(403, REASONS.tokenReadonly, {
        detail: `this ${use === 'session' ? 'session' : 'call'} needs readwrite`,
      });

const UNUSED: Omit<Uses, 'now'> = { count: 0, first: 'list', firstAt: 0 };

interface TokenOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly apiKey: Secret;
  readonly limits: Pick<Limits, 'tokens' | 'expiredTokens'>;
  readonly faults: Faults;
  readonly rules: Rules;
}

/**
 * Creates a store of tokens. The store contains the SHA-256 hash of each token. Times are in milliseconds of the monotonic clock.
 */
export function createTokens({ clock, apiKey, limits, faults, rules }: TokenOptions): Tokens {
  const keyDigest = digest(apiKey.reveal());
  const records = new Map<string, TokenRecord>();
  let latest: { readonly token: string; readonly record: TokenRecord } | undefined;

  const forget = () => {
    const now = clock.monotonic();
    for (const [hash, { expiresAt }] of records) {
      const isFull = records.size >= limits.expiredTokens;
      const isOld = expiresAt + (isFull ? 0 : REMEMBERED_MS) <= now;
      if (!isOld && records.size < limits.tokens) return;
      records.delete(hash);
    }
  };

  const isLatest = (wanted: RequestedToken) =>
    latest?.record.uses.count === 0 &&
    JSON.stringify(latest.record.wanted) === JSON.stringify(wanted);

  return {
    mint(wanted) {
      forget();
      if (latest && rules.returnsUnusedToken(wanted) && isLatest(wanted)) return latest.token;
      const token = rules.tokenText(randomBytes(32).toString('base64url'));
      const expiresAt = clock.monotonic() + rules.lifetimeMsOf(wanted);
      const record: TokenRecord = { wanted, expiresAt, uses: UNUSED };
      records.set(digest(token).toString('hex'), record);
      latest = { token, record };
      return token;
    },

    authorize({ authorization, query, use }) {
      const token = rules.tokenIn(authorization, query);
      if (token === undefined && !authorization) throw new Refusal(401, REASONS.credentialMissing);
      if (authorization && timingSafeEqual(digest(authorization), keyDigest)) {
        return { expiresAt: Number.POSITIVE_INFINITY };
      }
      const record = token === undefined ? undefined : records.get(digest(token).toString('hex'));
      if (!record) throw new Refusal(401, REASONS.credentialUnknown);
      const now = clock.monotonic();
      const { wanted, uses } = record;
      if (rules.isSpent(wanted, { ...uses, now })) throw new Refusal(401, REASONS.tokenSpent);
      if (now >= record.expiresAt) throw new Refusal(401, REASONS.tokenExpired);
      const fault = faults.take('token');
      if (fault) throw new Refusal(401, FAULT_REASONS[fault.action] ?? REASONS.credentialUnknown);
      record.uses =
        uses.count === 0
          ? { count: 1, first: use, firstAt: now }
          : { ...uses, count: uses.count + 1 };
      if (!rules.allows(wanted, use)) throw forbidden(use);
      return record;
    },
  };
}
