import { EventEmitter } from 'node:events';
import { abortOnSignals } from '../../../src/system/signals';
import { type RunOptions, type RunResult, run } from '../../support/run';

export interface RunningHere {
  readonly done: Promise<RunResult>;
  /** Makes the program receive a signal: calls its signal handlers. No real signal is sent. */
  kill(signal: 'SIGINT' | 'SIGTERM'): void;
  /** Resolves when standard error matches the pattern. Rejects if the program ends first. */
  untilErr(pattern: RegExp): Promise<void>;
  /** Waits for `event` while the program runs. Rejects if the program ends first. */
  meanwhile<Value>(event: Promise<Value>): Promise<Value>;
}

/** Starts the program in this process. The program receives only the signals that a test sends. */
export function startHere(line: string, options: RunOptions): RunningHere {
  const { nextTick } = process;
  const signals = Object.assign(new EventEmitter(), { nextTick });
  let err = '';
  let look = () => {};
  const done = run(line, {
    ...options,
    signal: abortOnSignals(signals as unknown as NodeJS.Process),
    onStderr(text) {
      err += text;
      look();
    },
  });
  const meanwhile = <Value>(event: Promise<Value>) =>
    Promise.race([
      event,
      done.then((result) => {
        throw new Error(`It ended early: ${JSON.stringify(result)}`);
      }),
    ]);
  return {
    done,
    kill: (signal) => void signals.emit(signal),
    untilErr: (pattern) =>
      meanwhile(
        new Promise<void>((resolve) => {
          look = () => {
            if (pattern.test(err)) resolve();
          };
          look();
        }),
      ),
    meanwhile,
  };
}
