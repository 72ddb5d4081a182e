import type { Context } from '../../src/context/context';
import { fakeClock } from '../../src/system/clock';
import { type RunOptions, type RunResult, run } from './run';

/**
 * When and how far the clock advances. `shown` matches the output to wait for, on standard error or from the SDK. `passes` is the
 * time by which the clock then advances, in milliseconds.
 */
export interface Watch {
  readonly shown: RegExp;
  readonly passes: number;
}

/** Runs a command with a fake clock. The clock advances once, when the output in `shown` appears. */
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
