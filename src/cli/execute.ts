import { COMMANDS } from '../commands/index';
import type { Context } from '../context/context';
import { requireTimeout } from '../core/duration';
import { type CliError, toCliError } from '../core/errors';
import { raceAbort } from '../core/race-abort';
import { EMPTY_CONFIG } from '../core/stored-config';
import { openTarget } from '../credentials/open-target';
import type { Target } from '../credentials/target';
import { type Deadline, startDeadline } from '../network/deadline';
import { marksFor } from '../terminal/marks';
import { loadStyle } from '../terminal/style';
import { escapeWorkflowCommands, toJsonLine } from '../terminal/text';
import { loadWrap, wrapHanging } from '../terminal/wrap';
import type { RunRequest } from './command-line';
import type { Command, CommandContext, Page, ProgramExit, Rendering } from './define';
import type { GlobalValues } from './globals';
import { openReporter } from './open-reporter';

/** In a terminal with fewer columns, help prints a description below its term instead of next to it. */
const NARROW_COLUMNS = 60;
const TIMEOUT_VARIABLE = 'VOCALSTACK_TIMEOUT';

/**
 * Runs a command with its deadline, its server and its output.
 * @returns the error of a command that failed but printed a result; the exit code of a command that has no result; otherwise
 * undefined
 * @throws CliError if the command failed without a result; ReaderGone if the output was closed by its reader
 */
export async function execute(
  context: Context,
  request: RunRequest,
): Promise<CliError | ProgramExit | undefined> {
  const { command, invocation, globals } = request;
  const reporter = await openReporter(context, globals);
  const orReport = async <Value>(task: () => Value | Promise<Value>): Promise<Value> => {
    try {
      return await task();
    } catch (thrown) {
      if (request.raw['report']) {
        const { reportEarly } = await import('./early-report');
        await reportEarly({ ...context, notes: reporter }, request, toCliError(thrown));
      }
      throw thrown;
    }
  };
  const timeoutMs = await orReport(() => timeoutOf(context, command, globals));
  const deadline = startDeadline(context, invocation.hasOwnDeadlines ? null : timeoutMs);
  let target: Target | undefined;
  try {
    const { signal } = deadline;
    const inDeadline: Context = { ...context, signal, vault: context.vault.withSignal(signal) };
    const pauseFor: Deadline['pauseFor'] = (task) =>
      reporter.pauseFor(() => deadline.pauseFor(task));
    const runProgram: Context['runProgram'] = async (program) => {
      await reporter.handedOver();
      return context.runProgram(program);
    };
    const inside = {
      ...{ ...inDeadline, runProgram },
      deadline: { ...deadline, pauseFor },
      notes: reporter,
    };
    target =
      command.targetOptions.includes('sandbox') && !invocation.opensServer
        ? await orReport(() => openTarget(inside, globals, invocation.sandbox))
        : undefined;
    const commandContext: CommandContext = {
      ...inside,
      name: command.name,
      globals,
      commands: COMMANDS,
      timeoutMs,
      progress: reporter,
      get target() {
        if (!target) throw new Error(`${command.name} uses no server`);
        return target;
      },
    };
    let page: Promise<Page> | undefined;
    return await invocation.run(commandContext, async (rendering, isLast) => {
      if (!invocation.json) page ??= openPage(context, command, globals);
      const text = page ? print(rendering, command, await page) : toJsonLine(rendering.data);
      await reporter.handedOver();
      if (isLast) reporter.finish();
      else reporter.clear();
      if (text.length > 0) await raceAbort(context.io.stdout.write(text), context.signal);
      if (!isLast) reporter.redraw();
    });
  } finally {
    deadline.cancel();
    reporter.finish();
    context.http.close();
    await target?.close();
    const notKept = await context.ledger.flush();
    if (notKept) reporter.note(`${notKept.message} Minted tokens are not recorded.`);
    // Wait until all notes are written to standard error, because `reportFailure` then prints the error there. If the signal
    // aborts, wait only until the write of each note has started.
    await reporter.handedOver();
    await raceAbort(reporter.written(), context.signal).catch(() => undefined);
  }
}

/**
 * Returns a result as text. Escapes workflow commands, so that no CI runner executes them. Escapes them outside CI too,
 * because a container in a CI job often lacks the variables that identify CI. Texts for programs are printed unchanged.
 */
function print(rendering: Rendering, { isForPrograms }: Command, page: Page): string | Uint8Array {
  const text = rendering.text(page);
  return isForPrograms || typeof text !== 'string' ? text : escapeWorkflowCommands(text);
}

async function openPage(
  { io, env }: Context,
  command: Command,
  globals: GlobalValues,
): Promise<Page> {
  const { stdout } = io;
  const wrap = await loadWrap(stdout);
  const columns = stdout.isTerminal ? stdout.columns() : null;
  return {
    columns,
    isNarrow: columns !== null && columns < NARROW_COLUMNS,
    wrap: (text, indent) => wrapHanging(text, indent, wrap),
    style: await loadStyle(command.hasColors === true && globals.color && stdout.color),
    marks: marksFor(env),
  };
}

async function timeoutOf(
  { env, vault }: Context,
  { timeoutMs, targetOptions }: Command,
  globals: GlobalValues,
): Promise<number | null> {
  if (timeoutMs === null) return null;
  const fromEnvironment = env[TIMEOUT_VARIABLE];
  if (globals.timeout !== undefined) return globals.timeout;
  if (fromEnvironment) return requireTimeout(fromEnvironment, TIMEOUT_VARIABLE);
  if (!targetOptions.includes('server')) return timeoutMs;
  // Ignore unreadable settings here. If the command itself needs the settings, it reads them again and reports the error.
  const { settings } = await vault.read().catch(() => EMPTY_CONFIG);
  return settings.timeout === undefined ? timeoutMs : Math.round(settings.timeout * 1000);
}
