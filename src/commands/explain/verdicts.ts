import type { ErrorCode } from '../../core/error-codes';
import type { ExplainedCode } from '../../core/explanations/index';
import type { Verdict } from '../../core/verdicts';
import { explainCode } from './codes';

/** The JSON of an explained verdict of `vstoken inspect`. */
export interface ExplainedVerdict {
  readonly verdict: Verdict;
  readonly meaning: string;
  readonly advice: string;
  /** The error codes that vstoken reports for a token with this verdict. */
  readonly codes: readonly ExplainedCode[];
}

/** For each verdict: the error code that vstoken reports for a token with this verdict. Null if there is no such error code. */
const CODES: Readonly<Record<Verdict, ErrorCode | null>> = {
  valid: null,
  expired: 'token_expired',
  spent: 'token_spent',
  wrong_scope: 'token_scope',
  wrong_server: 'token_for_other_server',
  unknown: 'token_refused',
  not_checked: null,
  not_expired: null,
  may_be_spent: null,
  minted_here: null,
  not_minted_here: null,
  nothing_noted: null,
  ambiguous: 'not_a_token',
  api_key: 'not_a_token',
  not_a_token: 'not_a_token',
};

export const VERDICT_CODES = Object.keys(CODES) as readonly Verdict[];

export function isVerdict(code: string): code is Verdict {
  return Object.hasOwn(CODES, code);
}

export async function explainVerdict(verdict: Verdict): Promise<ExplainedVerdict> {
  const { VERDICTS } = await import('../../core/verdicts');
  const { meaning, advice } = VERDICTS[verdict];
  const code = CODES[verdict];
  return { verdict, meaning, advice, codes: code === null ? [] : [explainCode(code)] };
}
