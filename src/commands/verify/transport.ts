import { createTrials } from '../../api/trials';
import { type CliError, toCliError } from '../../core/errors';
import { isLoopbackOrigin } from '../../core/origin';
import { secret } from '../../core/secret';
import { startDeadline } from '../../network/deadline';
import type { TrialContext } from './trial';
import { type Finding, SkippedTrial } from './trial';

const PATIENCE_MS = 5000;
/**
 * A made-up key. The real key is not used, because everybody on the network can read plain http. In its output, vstoken replaces
 * each text that contains the made-up key, as for a real key. So the made-up key must be a text that vstoken prints nowhere else.
 */
const UNKNOWN_KEY = secret('vstoken-made-up-key-4c8166d0');
/** Errors that show that the server has no API over plain http. */
const NO_API: readonly string[] = [
  'connection_refused',
  'connection_reset',
  'redirected',
  'not_vocalstack',
  'api_version_missing',
  'minting_unavailable',
  'invalid_response',
];

/** Returns the plain http origins of the API server's host: with the port of the API server, and with port 80. */
function plainOrigins(apiServer: string): readonly string[] {
  const { host, hostname } = new URL(apiServer);
  return [...new Set([`http://${host}`, `http://${hostname}`])];
}

/** Checks that no API answers over plain http. Sends a made-up key: the real API key is never sent over http. */
export async function tryTransport(trial: TrialContext): Promise<Finding> {
  const { apiServer } = trial.context.target;
  if (isLoopbackOrigin(apiServer)) {
    throw new SkippedTrial('plain http is allowed for a server on this machine');
  }
  const observed: string[] = [];
  for (const origin of plainOrigins(apiServer)) {
    const wrong = await requestOverHttp(trial, origin);
    if (typeof wrong === 'string') return { kept: false, observed: wrong };
    observed.push(noApiCode(wrong));
  }
  return { kept: true, observed: `no API answers over plain http: ${observed.join(', ')}` };
}

/**
 * Sends one request over plain http.
 * @returns a description of the answer if the API answered (the promise is then broken), otherwise the error of the request
 */
async function requestOverHttp(
  { context, warn, note }: TrialContext,
  apiServer: string,
): Promise<CliError | string> {
  const { clock, http, connect, secrets, notes, signal } = context;
  const deadline = startDeadline({ clock, signal }, PATIENCE_MS);
  try {
    const trials = createTrials({
      ...{ http, connect, clock, secrets, warn, signal: deadline.signal, apiServer },
      trace: notes.trace,
      onExchange: ({ request, status }) => note({ request: `${request} over plain http`, status }),
    });
    const verdict = await trials.mint({ kind: 'key', secret: UNKNOWN_KEY }, {}, 'a made-up key');
    if (verdict.accepted) return 'over plain http, the API minted a token';
    const isJudged = verdict.error.code === 'key_refused';
    return isJudged ? 'the API answered over plain http, and checked the key (401)' : verdict.error;
  } catch (thrown) {
    signal.throwIfAborted();
    return toCliError(thrown);
  } finally {
    deadline.cancel();
  }
}

/**
 * Returns the code of the error if the error shows that the server has no API over plain http.
 * @throws SkippedTrial for any other error, for example the timeout behind a firewall that drops packets
 */
function noApiCode({ code }: CliError): string {
  if (NO_API.includes(code)) return code;
  throw new SkippedTrial(`it is not known what answers over plain http (${code})`);
}
