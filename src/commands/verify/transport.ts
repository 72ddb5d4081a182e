import { createTrials } from '../../api/trials';
import { type CliError, toCliError } from '../../core/errors';
import { isLoopbackOrigin } from '../../core/origin';
import { secret } from '../../core/secret';
import { startDeadline } from '../../network/deadline';
import type { TrialContext } from './trial';
import { type Finding, Untried } from './trial';

const PATIENCE_MS = 5000;
/**
 * Not the real key, since everybody on the network can read http. Shares no word with texts that are shown: a text that repeats a
 * key is withheld.
 */
const MADE_UP = secret('vstoken-made-up-key-4c8166d0');
/** If plain http ends with one of these errors, the server has no API over http. */
const NO_API: readonly string[] = [
  'connection_refused',
  'connection_reset',
  'redirected',
  'not_vocalstack',
  'api_version_missing',
  'minting_unavailable',
  'invalid_response',
];

/** The same host without TLS: at its port, and at port 80. */
function plainOrigins(apiServer: string): readonly string[] {
  const { host, hostname } = new URL(apiServer);
  return [...new Set([`http://${host}`, `http://${hostname}`])];
}

/** Sends a request over http with a made-up key. The real API key is never sent over http. */
export async function tryTransport(trial: TrialContext): Promise<Finding> {
  const { apiServer } = trial.context.target;
  if (isLoopbackOrigin(apiServer)) {
    throw new Untried('plain http is allowed on this machine');
  }
  const observed: string[] = [];
  for (const origin of plainOrigins(apiServer)) {
    const wrong = await askPlainly(trial, origin);
    if (typeof wrong === 'string') return { kept: false, observed: wrong };
    observed.push(whatIsThere(wrong));
  }
  return { kept: true, observed: `no API answers there: ${observed.join(', ')}` };
}

/** @returns what is wrong, or the error that shows that nothing is wrong */
async function askPlainly(
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
    const verdict = await trials.mint({ kind: 'key', secret: MADE_UP }, {}, 'a made-up key');
    if (verdict.accepted) return 'the API minted a token';
    const isJudged = verdict.error.code === 'key_refused';
    return isJudged ? 'the API answers there, and checked the key (401)' : verdict.error;
  } catch (thrown) {
    signal.throwIfAborted();
    return toCliError(thrown);
  } finally {
    deadline.cancel();
  }
}

/** @throws Untried if there is no evidence, as behind a firewall that drops packets */
function whatIsThere({ code }: CliError): string {
  if (NO_API.includes(code)) return code;
  throw new Untried(`it is not known what answers over plain http (${code})`);
}
