import type { Clock } from '../context/clock';
import type { Progress } from '../context/notes';
import { CliError, ReaderGone, toCliError } from '../core/errors';

/** A step in the JSON output. */
export interface StepRecord {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Result of a step: its value, and a short text for people. */
export interface StepResult<Value> {
  readonly value: Value;
  readonly detail?: string;
}

export interface StepRecorder {
  readonly steps: readonly StepRecord[];
  /** The `detail` texts of the steps, by step name. */
  readonly details: ReadonlyMap<string, string>;
  /**
   * Runs a step and records it.
   * @throws CliError with the name of the step in its message
   */
  run<Value>(name: string, task: () => Promise<StepResult<Value>>): Promise<Value>;
}

function tooSlow(ms: number, mostMs: number | undefined): CliError | null {
  if (mostMs === undefined || ms <= mostMs) return null;
  return new CliError(
    'too_slow',
    `the step took ${ms} ms, but --budget allows only ${mostMs} ms.`,
    {
      hint: 'Use --verbose to see what takes so long, or allow more time with --budget.',
    },
  );
}

/**
 * Converts a thrown value to a CliError. `ReaderGone` means that the reader of the output has closed it. This is not a failure of
 * the step, so this error is thrown again.
 */
function toFailure(thrown: unknown): CliError {
  if (thrown instanceof ReaderGone) throw thrown;
  return toCliError(thrown);
}

interface RecorderOptions {
  readonly onStep: (step: StepRecord) => Promise<void>;
  /** Maximum duration of steps in milliseconds, by step name. */
  readonly budget: Readonly<Record<string, number>>;
}

export function createStepRecorder(
  { clock, progress }: { readonly clock: Clock; readonly progress: Progress },
  { onStep, budget }: RecorderOptions,
): StepRecorder {
  const steps: StepRecord[] = [];
  const details = new Map<string, string>();

  const keep = async (step: StepRecord, detail: string | undefined) => {
    steps.push(step);
    if (detail !== undefined) details.set(step.name, detail);
    progress.end(step.name, { ok: step.ok, ms: step.ms, detail });
    await onStep(step);
  };

  return {
    steps,
    details,
    async run(name, task) {
      progress.begin(name);
      const begun = clock.monotonic();
      const elapsed = () => Math.round(clock.monotonic() - begun);
      const result = await task().catch(toFailure);
      const outcome =
        result instanceof CliError ? result : (tooSlow(elapsed(), budget[name]) ?? result);
      if (outcome instanceof CliError) {
        const { code, message, hint, httpStatus, cause } = outcome;
        await keep({ name, ok: false, ms: elapsed(), error: { code, message } }, code);
        throw new CliError(code, `${name}: ${message}`, { hint, httpStatus, cause });
      }
      await keep({ name, ok: true, ms: elapsed() }, outcome.detail);
      return outcome.value;
    },
  };
}
