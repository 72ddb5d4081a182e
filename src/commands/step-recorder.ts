import type { Clock } from '../context';
import { CliError, toCliError } from '../core/errors';
import type { Progress } from './define';

/** A step as the JSON document has it. */
export interface StepRecord {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** What a step came to: its value, and a few words for a person. */
export interface StepResult<Value> {
  readonly value: Value;
  readonly detail?: string;
}

export interface StepRecorder {
  readonly steps: readonly StepRecord[];
  /** Runs a step and keeps its record. @throws the step's error as a CliError that names the step */
  run<Value>(name: string, task: () => Promise<StepResult<Value>>): Promise<Value>;
}

export function createStepRecorder(clock: Clock, progress: Progress): StepRecorder {
  const steps: StepRecord[] = [];
  return {
    steps,
    async run(name, task) {
      progress.begin(name);
      const begun = clock.monotonic();
      const elapsed = () => Math.round(clock.monotonic() - begun);
      try {
        const { value, detail } = await task();
        const ms = elapsed();
        steps.push({ name, ok: true, ms });
        progress.end(name, { ok: true, ms, ...(detail === undefined ? {} : { detail }) });
        return value;
      } catch (thrown) {
        const error = toCliError(thrown);
        const ms = elapsed();
        steps.push({ name, ok: false, ms, error: { code: error.code, message: error.message } });
        progress.end(name, { ok: false, ms, detail: error.code });
        throw new CliError(error.code, `${name}: ${error.message}`, {
          hint: error.hint,
          httpStatus: error.httpStatus,
          cause: error.cause,
        });
      }
    },
  };
}
