import { startDeadline } from '../api/deadline';
import { createTrials, type Exchange } from '../api/trials';
import { toCliError } from '../core/errors';
import { isLoopbackOrigin } from '../core/origin';
import { secret } from '../core/secret';
import type { Bench } from './verify-bench';
import { type Finding, Untried } from './verify-trial';

/** A firewall that says nothing is an answer, too. */
const PATIENCE_MS = 5000;
/** Whoever judges this judges credentials that everybody on the way can read. */
const MADE_UP = secret('vstoken-made-up-key-over-plain-http');

/** The same host without TLS: at the port of http, or at the one that was named. */
function plainOrigin(apiServer: string): string {
  const url = new URL(apiServer);
  return `http://${url.host}`;
}

/** Asks over plain http with a key that is none: the API key itself never goes there. */
export async function tryTransport(bench: Bench): Promise<Finding> {
  const { context, warn } = bench;
  const { clock, http, connect, notes } = context;
  const { apiServer } = context.target;
  if (isLoopbackOrigin(apiServer)) {
    throw new Untried('plain http is as it should be on this machine');
  }
  const deadline = startDeadline({ clock, signal: bench.deadline.signal }, PATIENCE_MS);
  try {
    const trials = createTrials({
      ...{ http, connect, clock, warn, signal: deadline.signal, apiServer: plainOrigin(apiServer) },
      trace: (line) => notes.trace(line),
      onExchange: ({ request, status }: Exchange) =>
        bench.note({ request: `${request} (over plain http)`, status }),
    });
    const verdict = await trials.mint({ kind: 'key', secret: MADE_UP }, {}, 'a made-up key');
    if (verdict.accepted) return { kept: false, observed: 'a token was handed out' };
    const isJudged = verdict.error.code === 'key_refused';
    return isJudged
      ? { kept: false, observed: 'the API answers there, and judged the key (401)' }
      : { kept: true, observed: `refused (${verdict.status})` };
  } catch (thrown) {
    bench.deadline.signal.throwIfAborted();
    return { kept: true, observed: `no API there: ${toCliError(thrown).code}` };
  } finally {
    deadline.cancel();
  }
}
