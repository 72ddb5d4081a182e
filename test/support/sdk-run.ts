import type { Context } from '../../src/context/context';
import { fakeClock } from '../../src/system/clock';
import { type RunOptions, type RunResult, run } from './run';

/** The output to wait for, on standard error or from the SDK, and the milliseconds by which the clock then advances. */
export interface Watch {
  readonly shown: RegExp;
  readonly passes: number;
}

/** Runs a line with a clock that stands still until certain output appears, and then advances at once. */
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
  // The program sets the timer just after it has printed the output.
  await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(passes);
  return running;
}
