import { ERROR_CODES, type ErrorCode, type ErrorCodeOf, exitCodeOf } from '../core/error-codes';
import type { LedgerEntry, Use } from '../core/ledger-lines';

/** The effect of a use on a one-time token. `perhaps` if it is unknown whether the use spent the token. */
export type Spending = 'spent' | 'perhaps' | 'unspent';

/**
 * Exit codes of errors that never spend a token, because they occur before the token is sent, or in code that uses no token.
 */
const BEFORE_SENDING: readonly number[] = [2, 3, 9, 126, 127];

/** The effect of a failed use on the token, by error code. Errors with an exit code in `BEFORE_SENDING` are not listed. */
const ENDINGS: Readonly<Record<ErrorCodeOf<1 | 4 | 5 | 6 | 7 | 8 | 130 | 143>, Spending>> = {
  token_scope: 'spent',

  internal_error: 'perhaps',
  connection_reset: 'perhaps',
  connection_lost: 'perhaps',
  timeout: 'perhaps',
  closed_early: 'perhaps',
  too_slow: 'perhaps',
  session_not_confirmed: 'perhaps',
  sdk_failed: 'perhaps',
  service_error: 'perhaps',
  invalid_response: 'perhaps',
  response_too_large: 'perhaps',
  api_version_missing: 'perhaps',
  api_version_too_low: 'perhaps',
  transcription_failed: 'perhaps',
  audio_unreachable: 'perhaps',
  duration_guard: 'perhaps',
  nothing_recognised: 'perhaps',
  expectation_not_met: 'perhaps',
  interrupted: 'perhaps',
  terminated: 'perhaps',

  no_key: 'unspent',
  unknown_profile: 'unspent',
  key_empty: 'unspent',
  key_malformed: 'unspent',
  key_command_failed: 'unspent',
  key_refused: 'unspent',
  no_token: 'unspent',
  token_malformed: 'unspent',
  token_refused: 'unspent',
  token_expired: 'unspent',
  token_spent: 'unspent',
  token_for_other_server: 'unspent',
  not_a_token: 'unspent',
  forbidden: 'unspent',
  key_for_other_server: 'unspent',
  dns_failed: 'unspent',
  connection_refused: 'unspent',
  connection_failed: 'unspent',
  tls_failed: 'unspent',
  proxy_failed: 'unspent',
  proxy_auth_required: 'unspent',
  rate_limited: 'unspent',
  redirected: 'unspent',
  request_rejected: 'unspent',
  upgrade_refused: 'unspent',
  minting_unavailable: 'unspent',
  not_vocalstack: 'unspent',
  api_discontinued: 'unspent',
  not_audio: 'unspent',
};

/**
 * Returns the effect of one use on the token. A transcription always spends the token, because the server accepted the token when
 * the session was opened.
 */
export function spendingOf({ what, outcome }: Pick<Use, 'what' | 'outcome'>): Spending {
  if (outcome === 'ok' || what === 'transcription') return 'spent';
  // A custom call may have any path. The service may reject such a request before or after it checks the token.
  if (outcome === 'request_rejected' && what === 'call') return 'perhaps';
  const code = ERROR_CODES.find((known) => known === outcome);
  // An error code that this version does not know was recorded by a later version of vstoken.
  if (code === undefined) return 'perhaps';
  return isAfterSending(code) ? ENDINGS[code] : 'unspent';
}

function isAfterSending(code: ErrorCode): code is keyof typeof ENDINGS {
  return !BEFORE_SENDING.includes(exitCodeOf(code));
}

export interface SpendingUse {
  /** `elsewhere` if another program spent the token: the service answered this use with `token_spent`. */
  readonly how: 'spent' | 'perhaps' | 'elsewhere';
  readonly use: Use;
}

/** Returns the use that spent a one-time token at a server, or may have spent the token. Null if no such use is known. */
export function findSpending(entry: LedgerEntry | null, apiServer: string): SpendingUse | null {
  if (!entry?.minted?.one_time) return null;
  const uses = entry.uses.filter(({ api_server }) => api_server === apiServer);
  const first = (how: SpendingUse['how'], isIt: (use: Use) => boolean) => {
    const use = uses.find(isIt);
    return use ? { how, use } : null;
  };
  return (
    first('spent', (use) => spendingOf(use) === 'spent') ??
    first('elsewhere', ({ outcome }) => outcome === 'token_spent') ??
    first('perhaps', (use) => spendingOf(use) === 'perhaps')
  );
}

/** Whether the service refused the token in this use. */
export function isRefusal({ outcome }: Use): boolean {
  return ['token_refused', 'token_expired', 'token_spent'].includes(outcome);
}
