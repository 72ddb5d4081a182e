import { type Examination, examineServer, offersNewerApi } from '../../api/examine';
import { UPDATE_HINT } from '../../api/versions';
import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import { quoteWord } from '../../core/quote';
import { attempt, type Check, failed, pass, skip, skipRemaining, warn } from './checks';
import { checkUpgrade } from './upgrade';

/**
 * Time in milliseconds. An answer that takes longer is reported as slow. The time is a fifth of a token's default lifetime (10
 * s).
 */
const SLOW_MS = 2000;
/**
 * Difference in milliseconds between the clocks of this machine and the server. A larger difference causes a warning. The value
 * is half of a token's default lifetime (10 s). vstoken itself works with a wrong clock, but `expires_at` would be wrong by the
 * difference.
 */
const SKEWED_MS = 5000;
/**
 * Time limit in milliseconds for the WebSocket, and for the request that looks for a newer API. The time starts after the server
 * has answered the first request over HTTP, or after that request has failed.
 */
const PATIENCE_MS = 3000;
const NO_ANSWER = new CliError('timeout', 'no answer.');

/** The results of checking the service. The requests for these checks have no key and no token. */
export interface ServiceFindings {
  readonly checks: readonly Check[];
  /** The X-API-Version header of the answer. Null if there was no answer or no such header. */
  readonly version: string | null;
}

export async function checkService(
  context: CommandContext,
  apiServer: string,
): Promise<ServiceFindings> {
  const { http, clock, secrets, notes } = context;
  const options = { http, clock, secrets, apiServer, trace: notes.trace };
  const late = new AbortController();
  const signal = AbortSignal.any([context.signal, late.signal]);
  let cancel: () => void = () => undefined;
  const wait = () => {
    cancel = clock.timer(PATIENCE_MS, () => late.abort(NO_ANSWER));
  };
  const examine = async () => {
    const examined = await attempt(() =>
      examineServer({ ...options, signal: context.signal }),
    ).finally(wait);
    const upgrade = isExpectedAnswer(examined)
      ? await checkUpgrade(context, apiServer, signal)
      : null;
    return [examined, upgrade] as const;
  };
  const [[examined, upgrade], newer] = await Promise.all([
    examine(),
    attempt(() => offersNewerApi({ ...options, signal })),
  ]).finally(() => cancel());
  const { error, answer } =
    examined instanceof CliError ? { error: examined, answer: null } : examined;
  if (!answer) {
    const first = [
      ...(error ? [failed('answer', error)] : []),
      ...(newer === true ? [checkGeneration(error, newer)] : []),
    ];
    const checks = [...first, ...skipRemaining('service', first, 'there was no answer')];
    return { checks, version: null };
  }
  const checks = [
    checkAnswer(apiServer, error, answer),
    upgrade ?? skip('websocket', 'there was no valid answer over HTTP'),
    checkVersion(error, answer),
    checkGeneration(error, newer),
    checkClock(answer),
  ];
  return { checks, version: answer.version };
}

/** Whether the answer over HTTP is as expected. If not, no WebSocket is tried. */
function isExpectedAnswer(examined: Examination | CliError): boolean {
  if (examined instanceof CliError || !examined.answer) return false;
  return examined.error === null || examined.error.code === 'rate_limited';
}

type Answer = NonNullable<Examination['answer']>;

/** Whether the check `api-version` or `generation` reports this error. */
const isOfVersion = ({ code }: CliError) => /^api_|^minting_unavailable$/.test(code);

function checkAnswer(apiServer: string, error: CliError | null, { status, ms }: Answer): Check {
  const seen = `status ${status} in ${ms} ms`;
  if (error && !isOfVersion(error)) {
    const isPassing = error.code === 'rate_limited';
    const found = failed('answer', error);
    return isPassing ? { ...found, result: 'warn' } : found;
  }
  if (ms > SLOW_MS) {
    const fix = `Find out what is slow: curl -sv -o /dev/null ${quoteWord(apiServer)}`;
    return warn('answer', `${seen}: too slow for tokens, which expire within seconds`, fix);
  }
  if (status < 300) {
    const fix = 'Check that this is the right API server: vstoken status';
    return warn('answer', `${seen}: the server minted a token without a key`, fix);
  }
  return pass('answer', `${seen}, for a request without a key or a token`);
}

function checkVersion(error: CliError | null, { version, remark }: Answer): Check {
  if (error?.code.startsWith('api_')) return failed('api-version', error);
  if (version === null) return skip('api-version', 'the answer contains no version');
  if (remark !== null) {
    const seen = remark.replace(UPDATE_HINT, '').replace(/\.\s*$/, '');
    return warn('api-version', seen, UPDATE_HINT);
  }
  return pass('api-version', version);
}

function checkGeneration(error: CliError | null, newer: boolean | CliError): Check {
  const also = offerInWords(newer);
  if (error?.code === 'minting_unavailable') {
    const found = failed('generation', error);
    return { ...found, observed: `${found.observed}${also}` };
  }
  if (!error) return pass('generation', `known version${also}`);
  if (newer !== true) return skip('generation', `the answer does not show the version${also}`);
  return warn('generation', `unknown version${also}`, UPDATE_HINT);
}

function offerInWords(newer: boolean | CliError): string {
  if (newer instanceof CliError) {
    return `; it is not known whether the API has a newer version: ${newer.message.replace(/\.$/, '')}`;
  }
  return newer ? '; the API also has a newer version, described in /v1/openapi.json' : '';
}

function checkClock({ clockOffsetMs, ms }: Answer): Check {
  if (clockOffsetMs === null) return skip('clock', 'the answer has no Date header');
  const seconds = Math.abs(clockOffsetMs) / 1000;
  const off = `${seconds.toFixed(1)} s`;
  // The server wrote the date header at an unknown time between the request and the answer. So half of the time between request
  // and answer is added to the tolerance.
  if (Math.abs(clockOffsetMs) <= SKEWED_MS + ms / 2)
    return pass('clock', `within ${off} of the clock of the server`);
  const direction = clockOffsetMs > 0 ? 'behind' : 'ahead of';
  const seen = `${off} ${direction} the clock of the server, so expires_at is wrong by the same amount of time`;
  return warn('clock', seen, 'Synchronise the clock: timedatectl set-ntp true');
}
