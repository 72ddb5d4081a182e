import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';
import type { LedgerEntry, Use } from '../core/ledger-lines';
import { durationInWords } from '../core/time-words';
import { findSpending } from './token-spending';

/** What is known here of a token that was refused. */
export interface Knowledge {
  /** Null when nothing is; its uses are those before the one that was refused. */
  readonly entry: LedgerEntry | null;
  /** How long it is to live yet, in milliseconds; negative once it is over, null when that is not known. */
  readonly leftMs: number | null;
  /** Whether nobody else can have it: this process minted it. */
  readonly isOwn: boolean;
  /** What it was refused for. */
  readonly what: Use['what'];
  /** The server that refused it. */
  readonly apiServer: string;
}

/** Two clocks, and the way of the request, may differ by so much. */
const MARGIN_MS = 1000;

/** A refusal of a token, told apart by what is known of it; as it was when that says nothing. */
export function explainRefusal(error: CliError, knowledge: Knowledge): CliError {
  const { entry, leftMs, apiServer } = knowledge;
  const minted = entry?.minted ?? null;
  const { httpStatus } = error;
  const as = (code: ErrorCode, message: string, hint: string | undefined) =>
    new CliError(code, message, { hint, httpStatus, cause: error });

  // Reading is what every access allows: a refusal of that has another reason.
  if (error.code === 'token_scope' && minted?.access === 'readonly' && knowledge.what !== 'read') {
    const message = 'The token was minted readonly, which does not allow this.';
    return as('token_scope', message, error.hint);
  }
  if (error.code !== 'token_refused' || !minted) return error;
  if (minted.api_server !== apiServer) {
    return as(
      'token_for_other_server',
      `The token was minted for ${minted.api_server}, and ${apiServer} does not know it.`,
      `Use it there, or mint one for this server: vstoken mint --api-server ${apiServer}`,
    );
  }
  if (leftMs !== null && leftMs <= 0) {
    const over = durationInWords(-leftMs);
    return as(
      'token_expired',
      `The token was refused, and its lifetime of ${minted.lifetime_s} s was over by then, for ${over}.`,
      'Use it sooner, or mint one that lives longer (120 s at most): --lifetime 60s',
    );
  }
  if (!minted.one_time) return error;
  const message = explainSpending(knowledge);
  // After the margin, or with a clock that was set back, it may have expired as well.
  const isAlive = leftMs !== null && leftMs > MARGIN_MS && leftMs <= minted.lifetime_s * 1000;
  const spending = findSpending(entry, apiServer);
  const isSpent = spending?.how === 'spent' || spending?.how === 'elsewhere';
  if (!isSpent && (knowledge.isOwn || (!isAlive && !spending))) return error;
  return as(isSpent || isAlive ? 'token_spent' : 'token_refused', message, SPENT_HINT);
}

const SPENT_HINT =
  'Mint a fresh one for every use: vstoken mint. Or one that can be reused: vstoken mint --no-one-time';

/** Of a one-time token that was refused: what has spent it. */
function explainSpending({ entry, leftMs, apiServer }: Knowledge): string {
  const spending = findSpending(entry, apiServer);
  if (!spending) {
    const ageMs = (entry?.minted?.lifetime_s ?? 0) * 1000 - (leftMs ?? 0);
    const used = entry?.uses.length ? 'no use by vstoken has spent it' : 'vstoken never used it';
    return `The token works once, was minted here ${durationInWords(ageMs)} ago and is not expired, and ${used}: another program used it, or the service dropped it.`;
  }
  const { how, use } = spending;
  const what = `a ${use.what}, by vstoken ${use.command}`;
  if (how === 'spent') return `The token works once, and was used before: for ${what}.`;
  return how === 'elsewhere'
    ? `The token works once, and was spent before by another program: the service said so of ${what}.`
    : `The token works once, and may have been spent before: by ${what}, which failed with ${use.outcome}.`;
}
