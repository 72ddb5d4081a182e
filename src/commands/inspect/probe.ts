import { tryUnstartedSession } from '../../api/unstarted-session';
import type { CommandContext } from '../../cli/define';
import { type ErrorCode, exitCodeOf } from '../../core/error-codes';
import { type CliError, toCliError } from '../../core/errors';
import type { LedgerEntry, Minting } from '../../core/ledger-lines';
import type { Secret } from '../../core/secret';
import type { Access } from '../../core/token';
import { openApi } from '../../credentials/open-api';
import { requireVerification } from '../../credentials/open-target';
import type { Probe, ProbeVerdict } from './document';
import { chooseServer } from './server';

type Question = 'read' | 'session';

const VERDICTS: Partial<Record<ErrorCode, ProbeVerdict>> = {
  token_expired: 'expired',
  token_spent: 'spent',
  token_for_other_server: 'wrong_server',
  token_refused: 'unknown',
};

/**
 * Asks the service what a token can do. Prints a note before the first request. For a one-time token, sends only one request.
 * This request tests the access in `wanted`, or else the access that the token was minted with.
 * @param wanted the access that the token must have
 * @throws CliError `invalid_server`, `insecure_server` or `tls_verification_disabled` if no server can be asked
 */
export async function probe(
  context: CommandContext,
  token: Secret,
  entry: LedgerEntry | null,
  wanted: Access | undefined,
): Promise<{ readonly probe: Probe; readonly error: CliError | null }> {
  const minted = entry?.minted ?? null;
  const apiServer = await chooseServer(context, minted);
  requireVerification(context, apiServer);
  const api = openApi(context, { apiServer, profile: null, sandbox: false });
  const [first, second] = questionsFor(minted, wanted);
  announce(context, apiServer, first, minted);

  const may: Record<Question, boolean | null> = { read: null, session: null };
  const requests: Probe['requests'][number][] = [];
  /**
   * Sends one request with the token.
   * @returns the error if the token was refused, or if the service could not be asked; null if the token was accepted
   */
  const ask = async (question: Question): Promise<CliError | null> => {
    const error = await (question === 'read'
      ? api.countTranscriptions(token, { oneTime: minted?.one_time ?? true })
      : tryUnstartedSession(api, token, apiServer)
    ).then(() => null, toCliError);
    const { code = 'ok', httpStatus = null } = error ?? {};
    if (error && context.signal.aborted && exitCodeOf(error.code) >= 130) throw error;
    requests.push({ request: question, outcome: code, http_status: httpStatus });
    if (error?.code === 'token_scope') may[question] = false;
    if (!error) may[question] = true;
    return error;
  };

  const error = await ask(first);
  const isIn = error === null || error.code === 'token_scope';
  const isMissing = may[wanted === 'readonly' ? 'read' : 'session'] === false;
  if (isIn && second && !(wanted && isMissing)) await ask(second);
  const isOutOfScope = isIn && (wanted ? isMissing : may.session === false && may.read === false);
  const verdict = isOutOfScope ? 'wrong_scope' : isIn ? 'valid' : VERDICTS[error.code];
  return {
    probe: {
      api_server: apiServer,
      verdict: verdict ?? null,
      may_read: may.read,
      may_open_session: may.session,
      requests,
    },
    error: isIn && !isOutOfScope ? null : error,
  };
}

function questionsFor(
  minted: Minting | null,
  wanted: Access | undefined,
): readonly [Question, Question?] {
  const isRead = (wanted ?? minted?.access) === 'readonly';
  const [first, second] = isRead ? (['read', 'session'] as const) : (['session', 'read'] as const);
  return minted?.one_time ? [first] : [first, second];
}

function announce(
  { notes, clock }: CommandContext,
  apiServer: string,
  first: Question,
  minted: Minting | null,
): void {
  const what =
    first === 'read'
      ? 'list the transcriptions'
      : 'open a session without starting it, which is free';
  const isOver = minted !== null && Date.parse(minted.expires_at) <= clock.now();
  const price =
    minted === null
      ? ' If the token is one-time, the request uses it up.'
      : !minted.one_time
        ? ''
        : isOver
          ? ' According to the clock of this machine, the token has expired. If the service still accepts the token, the request uses it up.'
          : ' The request uses up the token, because the token is one-time.';
  notes.note(`Using the token at ${apiServer} to ${what}.${price}`);
}
