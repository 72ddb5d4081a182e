import type { Context } from '../../src/context/context';
import { fakeClock } from '../../src/system/clock';
import { type RunOptions, type RunResult, run } from './run';

/**
 * When and by how much the clock advances. `shown` matches an output of the program on standard error, or of the SDK. When this
 * output has appeared, the clock advances by `passes` milliseconds.
 */
export interface Watch {
  readonly shown: RegExp;
  readonly passes: number;
}

/** Runs a command with a fake clock. The clock advances only once, when an output that matches `shown` has appeared. */
export async function runUntil(
  line: string | readonly string[],
  { shown, passes }: Watch,
  options: RunOptions,
): Promise<RunResult> {
  const clock = fakeClock();
  let err = '';
  let isShown = () => {};
  const seen = new Promise<void>((resolve) => {
    isShown = resolve;
  });
  const look = (text: string) => {
    if (shown.test(text)) isShown();
  };
  const watchOutput = (built: Context): Context => ({
    ...built,
    startSdkHost: (apiServer, events) =>
      built.startSdkHost(apiServer, {
        ...events,
        onOutput(printed) {
          events.onOutput(printed);
          look(printed);
        },
      }),
  });
  const running = run(line, {
    ...options,
    clock,
    context: watchOutput,
    onStderr(text) {
      err += text;
      look(err);
    },
  });
  await Promise.race([seen, running]);
  // The program starts its timer just after it has printed the output, so wait one turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(passes);
  return running;
}
