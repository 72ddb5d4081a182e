import { setMaxListeners } from 'node:events';
import type { Exchange } from '../../api/trials';
import type { CommandContext } from '../../cli/define';
import { type CliError, toCliError } from '../../core/errors';
import { type PromiseId, promiseOf } from '../../core/promises';
import { createSemaphore } from '../../core/semaphore';
import type { Measures, TrialContext, VerificationRun } from './trial';
import { type Finding, mintQuery, SkippedTrial } from './trial';
import { isRateLimited, openTrialContext, RATE_LIMIT_ATTEMPTS } from './trial-context';
import { TRIALS } from './trials';

/** The result of testing one promise of the service. Times are in milliseconds. */
export interface Outcome {
  readonly id: PromiseId;
  readonly result: 'kept' | 'broken' | 'skipped';
  /** What the test observed. Null if the promise of the service was not tested. */
  readonly observed: string | null;
  /** Why the promise of the service was skipped. Null if the promise was tested. */
  readonly reason: string | null;
  /** The error that prevented the test of the promise of the service. Null if there was no error. */
  readonly error: CliError | null;
  readonly evidence: readonly Exchange[];
  /** The time from the start of the run to the start of this test. */
  readonly fromMs: number;
  readonly ms: number;
}

export interface Run {
  readonly outcomes: readonly Outcome[];
  readonly measures: Measures;
}

const REQUESTS_AT_ONCE = 4;
/** The query for the first token. Minting this token shows that the key and the service work, and measures the round trip. */
const FIRST = mintQuery({ access: 'readonly', lifetimeS: 2, oneTime: true });

/**
 * Tests promises of the service in parallel to save time: some tests wait for a token to expire while others send requests. If a
 * promise could not be tested, its outcome contains the reason.
 */
export async function runPromises(
  context: CommandContext,
  ids: readonly PromiseId[],
  isBilledToo: boolean,
): Promise<Run> {
  const { clock, progress, notes } = context;
  const measures: Measures = { roundTripMs: 0, clockOffsetMs: null, pause: null };
  // Every request adds a listener to this signal. Node.js warns about more than ten listeners. The value 0 prevents the warning.
  setMaxListeners(0, context.signal);
  const begun = clock.monotonic();
  const elapsed = () => Math.round(clock.monotonic() - begun);
  const skipped = (id: PromiseId, reason: string, error: CliError | null): Outcome => ({
    ...{ id, result: 'skipped', observed: null, reason, error },
    ...{ evidence: [], fromMs: 0, ms: 0 },
  });

  const attempt = async (verification: VerificationRun, id: PromiseId): Promise<Outcome> => {
    if (promiseOf(id).billed && !isBilledToo) {
      return skipped(id, 'its test is billed, and --billable was not given', null);
    }
    progress.begin(id);
    const fromMs = elapsed();
    const trial = openTrialContext(verification, id);
    const outcome = await tryPromise(trial, id);
    const ms = elapsed() - fromMs;
    progress.end(id, { ...markOf(outcome), ms });
    return { ...outcome, id, evidence: trial.evidence, fromMs, ms };
  };

  progress.plan(ids.filter((id) => !promiseOf(id).billed || isBilledToo));
  const evidence: Exchange[] = [];
  try {
    const { key } = await context.target.key();
    const warned = new Set<string>();
    const warn = (text: string) => {
      if (!warned.has(text)) notes.note(text);
      warned.add(text);
    };
    const semaphore = createSemaphore(REQUESTS_AT_ONCE);
    const verification = { context, key, measures, warn, semaphore, seen: new Set<string>() };
    const trial = openTrialContext(verification, null);
    await requireService(trial).finally(() => evidence.push(...trial.evidence));
    const outcomes = await Promise.all(ids.map((id) => attempt(verification, id)));
    return { outcomes, measures };
  } catch (thrown) {
    const error = toCliError(thrown);
    const outcomes = ids.map((id) => ({ ...skipped(id, error.message, error), evidence }));
    return { outcomes, measures };
  }
}

/**
 * Mints the first token.
 * @throws CliError if the service refuses the request
 */
async function requireService(trial: TrialContext): Promise<void> {
  const verdict = await trial.tryMint(FIRST);
  if (!verdict.accepted) throw verdict.error;
}

type PromiseResult = Pick<Outcome, 'result' | 'observed' | 'reason' | 'error'>;

async function tryPromise(trial: TrialContext, id: PromiseId): Promise<PromiseResult> {
  try {
    const { kept, observed } = await tryDespiteRateLimits(trial, id);
    return { result: kept ? 'kept' : 'broken', observed, reason: null, error: null };
  } catch (thrown) {
    if (thrown instanceof SkippedTrial) {
      const { message, error } = thrown;
      return { result: 'skipped', observed: null, reason: message, error };
    }
    const error = toCliError(thrown);
    return { result: 'skipped', observed: null, reason: error.message, error };
  }
}

/** Repeats the whole trial after a rate limit. Reason: the rejected request may have used up its token. */
async function tryDespiteRateLimits(trial: TrialContext, id: PromiseId): Promise<Finding> {
  for (let burst = 1; ; burst += 1) {
    try {
      return await TRIALS[id](trial);
    } catch (thrown) {
      if (!isRateLimited(thrown) || burst === RATE_LIMIT_ATTEMPTS) throw thrown;
    }
  }
}

function markOf({ result, observed, reason }: PromiseResult) {
  const ok = result === 'skipped' ? null : result === 'kept';
  return { ok, detail: observed ?? reason ?? undefined };
}
