import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';
import type { LedgerEntry, Use } from '../core/ledger-lines';
import { durationInWords } from '../core/time-words';
import { findSpending } from './token-spending';

/** What is known on this machine about a refused token. */
export interface TokenFacts {
  /**
   * The token's entry in the ledger. It contains only the earlier uses of the token, because the use that was just refused is
   * added later. Null if the ledger does not contain the token.
   */
  readonly entry: LedgerEntry | null;
  /** The remaining lifetime in milliseconds. Negative after expiry; null if unknown. */
  readonly leftMs: number | null;
  /** Whether this process minted the token. If so, no other program can have used the token. */
  readonly isOwn: boolean;
  /** What the token was used for in the refused request, such as `read`. */
  readonly what: Use['what'];
  readonly apiServer: string;
}

/**
 * If a token has less than this time left, in milliseconds, the server may already treat the token as expired. Reason: the clocks
 * of this machine and of the server differ, and a request takes time.
 */
const MARGIN_MS = 1000;

/** Returns a more precise error for a refused token, or the same error if nothing more is known. */
export function explainRefusal(error: CliError, facts: TokenFacts): CliError {
  const { entry, leftMs, apiServer } = facts;
  const minted = entry?.minted ?? null;
  const { httpStatus } = error;
  const as = (code: ErrorCode, message: string, hint: string | undefined) =>
    new CliError(code, message, { hint, httpStatus, cause: error });

  // Every token allows reading, whether its access is readonly or readwrite. So if a request to read is refused, the access is
  // not the reason.
  if (error.code === 'token_scope' && minted?.access === 'readonly' && facts.what !== 'read') {
    const message = 'The token was minted with access readonly, which does not allow this request.';
    return as('token_scope', message, error.hint);
  }
  if (error.code !== 'token_refused' || !minted) return error;
  if (minted.api_server !== apiServer) {
    return as(
      'token_for_other_server',
      `The token was minted for ${minted.api_server}. ${apiServer} refused it.`,
      `Use the token with the server that minted it, or mint a token for this server: vstoken mint --api-server ${apiServer}`,
    );
  }
  if (leftMs !== null && leftMs <= 0) {
    const over = durationInWords(-leftMs);
    return as(
      'token_expired',
      `The token was refused: its lifetime of ${minted.lifetime_s} s ended ${over} ago.`,
      'Use the token sooner, or mint a token with a longer lifetime (at most 120 s): --lifetime 60s',
    );
  }
  if (!minted.one_time) return error;
  const message = explainSpending(facts);
  // Whether the token has certainly not expired. If less than `MARGIN_MS` is left, the token may already have expired on the
  // server. If more than the token's whole lifetime is left, the clock of this machine was set back.
  const isAlive = leftMs !== null && leftMs > MARGIN_MS && leftMs <= minted.lifetime_s * 1000;
  const spending = findSpending(entry, apiServer);
  const isSpent = spending?.how === 'spent' || spending?.how === 'elsewhere';
  if (!isSpent && (facts.isOwn || (!isAlive && !spending))) return error;
  return as(isSpent || isAlive ? 'token_spent' : 'token_refused', message, SPENT_HINT);
}

const SPENT_HINT =
  'Mint a new token for each use: vstoken mint. Or mint a reusable token: vstoken mint --no-one-time';

function explainSpending({ entry, leftMs, apiServer }: TokenFacts): string {
  const spending = findSpending(entry, apiServer);
  if (!spending) {
    const ageMs = (entry?.minted?.lifetime_s ?? 0) * 1000 - (leftMs ?? 0);
    const used = entry?.uses.length ? 'not spent' : 'never used';
    return `The one-time token was minted on this machine ${durationInWords(ageMs)} ago and has not expired. It was ${used} by vstoken. Either another program used it, or the service no longer knows it.`;
  }
  const { how, use } = spending;
  if (how === 'spent')
    return `The one-time token was already used: vstoken ${use.command} used it for a ${use.what}.`;
  return how === 'elsewhere'
    ? `The one-time token was already used by another program. The service reported this when vstoken ${use.command} sent the token for a ${use.what}.`
    : `The one-time token may already have been used: vstoken ${use.command} sent it for a ${use.what}, and the request failed with ${use.outcome}.`;
}
