import type { Exchange } from '../../api/trials';
import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import { promiseOf } from '../../core/promises';
import type { Outcome, Run } from './run';
import { CLOCK_MARGIN_MS } from './trial';

/** The JSON of `vstoken verify`. It contains no key and no token. */
export interface VerifyDocument {
  readonly ok: boolean;
  readonly api_server: string;
  readonly sandbox: boolean;
  /** How far a lifetime may differ from the promised lifetime, in milliseconds. */
  readonly margin: {
    /** The rounding error of a service clock that counts in whole seconds. */
    readonly clock_ms: number;
    /** The longest time between a request and its answer. */
    readonly network_ms: number;
    /**
     * How far the clock of the service is ahead of the clock of this machine. Null if the answers contain no time. The results do
     * not depend on this difference.
     */
    readonly clock_offset_ms: number | null;
  };
  readonly promises: readonly PromiseRecord[];
}

export interface PromiseRecord {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly expected: string;
  readonly observed: string | null;
  readonly result: Outcome['result'];
  readonly reason?: string;
  readonly ms: number;
  readonly evidence: readonly Exchange[];
  /** Whether --expect-broken contains this promise of the service. */
  readonly expect_broken?: boolean;
}

export function buildVerifyDocument(
  { target }: CommandContext,
  { outcomes, measures }: Run,
  { ok, expectBroken }: { readonly ok: boolean; readonly expectBroken: readonly string[] },
): VerifyDocument {
  return {
    ok,
    api_server: target.apiServer,
    sandbox: target.sandbox,
    margin: {
      clock_ms: CLOCK_MARGIN_MS,
      network_ms: Math.round(measures.roundTripMs),
      clock_offset_ms: measures.clockOffsetMs,
    },
    promises: outcomes.map((outcome) => ({
      ...recordOf(outcome),
      ...(expectBroken.includes(outcome.id) && { expect_broken: true }),
    })),
  };
}

function recordOf({ id, result, observed, reason, ms, evidence }: Outcome): PromiseRecord {
  const { title, source, expected } = promiseOf(id);
  return {
    ...{ id, title, source, expected, observed, result },
    ...(reason !== null && { reason }),
    ...{ ms, evidence },
  };
}

/**
 * Returns the error of the run, which is the first of these errors:
 * - a signal that stopped the run
 * - a broken promise of the service that --expect-broken does not contain
 * - a promise that is kept, although --expect-broken contains it
 * - an error that prevented the test of a promise
 */
export function errorOf(
  outcomes: readonly Outcome[],
  expectBroken: readonly string[],
): CliError | undefined {
  const untried = outcomes.filter(({ error }) => error !== null);
  const stopped = untried.find(
    ({ error }) => error?.code === 'interrupted' || error?.code === 'terminated',
  );
  if (stopped?.error) return stopped.error;
  const isExpected = ({ id }: Outcome) => expectBroken.includes(id);
  const broken = outcomes
    .filter((outcome) => outcome.result === 'broken' && !isExpected(outcome))
    .map(({ id }) => id);
  if (broken.length > 0) {
    const many = broken.length === 1 ? '1 promise is' : `${broken.length} promises are`;
    const billed = broken.some((id) => promiseOf(id).billed) ? ' --billable' : '';
    return new CliError('promise_broken', `${many} broken: ${broken.join(', ')}.`, {
      hint: `To try again and see all requests: vstoken verify --only ${broken.join(',')}${billed} --json`,
    });
  }
  const mended = outcomes.filter((outcome) => outcome.result === 'kept' && isExpected(outcome));
  if (mended.length > 0) {
    const ids = mended.map(({ id }) => id).join(', ');
    return new CliError(
      'promise_mended',
      `${ids} ${mended.length === 1 ? 'was' : 'were'} expected to be broken, but ${mended.length === 1 ? 'is' : 'are'} kept.`,
      {
        hint: 'Remove the kept promises from --expect-broken.',
      },
    );
  }
  const firstError = untried[0]?.error;
  if (!firstError || untried.length === outcomes.length) return firstError ?? undefined;
  const { code, message, hint, httpStatus, cause } = firstError;
  const ids = untried.map(({ id }) => id).join(', ');
  return new CliError(code, `Some promises could not be tested (${ids}). ${message}`, {
    ...{ hint, httpStatus, cause },
  });
}
