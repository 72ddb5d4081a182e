import { CliError, type ErrorCode } from '../core/errors';
import type { LedgerEntry, Use } from '../core/ledger-lines';
import { durationInWords } from './time-words';

/** What is known here of a token that was refused. */
export interface Knowledge {
  /** Null when nothing is; its uses are those before the one that was refused. */
  readonly entry: LedgerEntry | null;
  /** How long it is to live yet, in milliseconds; negative once it is over, null when that is not known. */
  readonly leftMs: number | null;
  /** The server that refused it. */
  readonly apiServer: string;
}

/** With these a server was not reached, or did not let the token in. */
const UNSPENT: ReadonlySet<string> = new Set<ErrorCode>([
  'dns_failed',
  'connection_refused',
  'connection_failed',
  'tls_failed',
  'token_refused',
  'token_expired',
  'token_for_other_server',
]);

/** The first use that spent a one-time token at a server, or may have; null when there was none. */
export function spendingUse(entry: LedgerEntry | null, apiServer: string): Use | null {
  if (!entry?.minted?.one_time) return null;
  const isSpending = ({ outcome, api_server }: Use) =>
    !UNSPENT.has(outcome) && api_server === apiServer;
  return entry.uses.find(isSpending) ?? null;
}

/** A refusal of a token, told apart by what is known of it; as it was when that says nothing. */
export function explainRefusal(error: CliError, knowledge: Knowledge): CliError {
  const { entry, leftMs, apiServer } = knowledge;
  const minted = entry?.minted ?? null;
  const { httpStatus } = error;
  const as = (code: ErrorCode, message: string, hint: string | undefined) =>
    new CliError(code, message, { hint, httpStatus, cause: error });

  if (error.code === 'token_scope' && minted?.access === 'readonly') {
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
  const use = spendingUse(entry, apiServer);
  if (!use) return error;
  return as(
    'token_spent',
    `The token works once, and was used before: for a ${use.what}, by vstoken ${use.command}.`,
    'Mint a fresh one for every use: vstoken mint. Or one that can be reused: vstoken mint --no-one-time',
  );
}
