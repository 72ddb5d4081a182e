import type { Command, CommandContext, Invocation, Rendering } from './commands/define';
import type { GlobalValues } from './commands/globals';
import { openTarget, type Target } from './commands/target';
import type { Context } from './context';
import { requireTimeout } from './core/duration';
import { CliError } from './core/errors';
import { createReporter } from './terminal/reporter';
import { loadStyle } from './terminal/style';
import { defuseWorkflowCommands, toJsonLine } from './terminal/text';
import { loadWrap } from './terminal/wrap';

const TIMEOUT_VARIABLE = 'VOCALSTACK_TIMEOUT';

/**
 * Runs a command whose options hold: its deadline, its server and its output.
 * @returns the error of a command that failed and had something to show all the same
 * @throws CliError; ReaderGone
 */
export async function execute(
  context: Context,
  command: Command,
  invocation: Invocation,
  globals: GlobalValues,
): Promise<CliError | undefined> {
  const deadline = startDeadline(context, command, globals);
  const reporter = await openReporter(context, globals);
  let target: Target | undefined;
  try {
    const inDeadline: Context = { ...context, signal: deadline.signal };
    target = command.usesServer ? await openTarget(inDeadline, globals) : undefined;
    const commandContext: CommandContext = {
      ...inDeadline,
      globals,
      deadline: deadline.at,
      notes: reporter,
      progress: reporter,
      get target() {
        if (!target) throw new Error(`${command.name} uses no server`);
        return target;
      },
    };
    return await invocation.run(commandContext, async (rendering) => {
      reporter.finish();
      await context.io.stdout.write(print(rendering, invocation.json, context));
    });
  } finally {
    deadline.cancel();
    reporter.finish();
    context.http.close();
    await target?.close();
  }
}

function print(rendering: Rendering, json: boolean, context: Context): string {
  if (json) return toJsonLine(rendering.data);
  const text = rendering.text();
  return context.env['GITHUB_ACTIONS'] ? defuseWorkflowCommands(text) : text;
}

interface Deadline {
  readonly signal: AbortSignal;
  readonly at: number;
  cancel(): void;
}

function startDeadline(context: Context, command: Command, globals: GlobalValues): Deadline {
  if (command.timeoutMs === null) {
    return { signal: context.signal, at: Number.POSITIVE_INFINITY, cancel: () => undefined };
  }
  const fromEnvironment = context.env[TIMEOUT_VARIABLE];
  const ms =
    globals.timeout ??
    (fromEnvironment ? requireTimeout(fromEnvironment, TIMEOUT_VARIABLE) : command.timeoutMs);
  const controller = new AbortController();
  const cancel = context.clock.timer(ms, () =>
    controller.abort(
      new CliError('timeout', `Not finished after ${ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`}.`, {
        hint: 'Try again, allow more time with --timeout, or see with --verbose how far it comes.',
      }),
    ),
  );
  return {
    signal: AbortSignal.any([context.signal, controller.signal]),
    at: context.clock.monotonic() + ms,
    cancel,
  };
}

async function openReporter(context: Context, globals: GlobalValues) {
  const { stderr } = context.io;
  const style = await loadStyle(stderr.color && globals.color);
  const isLive = stderr.isTerminal && !context.env['CI'] && context.env['TERM'] !== 'dumb';
  return createReporter({
    stderr,
    style,
    clock: context.clock,
    wrap: await loadWrap(stderr),
    mode: globals.quiet ? 'quiet' : isLive ? 'live' : 'lines',
    verbose: globals.verbose,
  });
}
