import { version } from '../../package.json';
import type { Context } from '../context/context';
import { CliError, ReaderGone, toCliError } from '../core/errors';

/**
 * Runs a command line in a context. Never throws.
 * @returns the exit code
 */
export async function main(argv: readonly string[], context: Context): Promise<number> {
  const { stdout } = context.io;
  let json: boolean | undefined;
  let color = !argv.includes('--no-color');
  try {
    if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
      await stdout.write(`${version}\n`);
      return 0;
    }
    const { readCommandLine } = await import('./program');
    const request = await readCommandLine(argv, version);
    if (request.kind === 'print') {
      await stdout.write(request.text);
      return 0;
    }
    if (request.kind === 'refused') {
      if (request.raw['report']) {
        const { reportRefusal } = await import('./early-report');
        await reportRefusal(context, request, request.error);
      }
      throw request.error;
    }
    json = request.invocation.json;
    color = request.globals.color;
    const { execute } = await import('./execute');
    const end = await execute(context, request);
    if (end instanceof CliError) throw end;
    return end?.exit ?? 0;
  } catch (thrown) {
    const isReaderGone = thrown instanceof ReaderGone;
    if (isReaderGone && !context.signal.aborted) return 0;
    const error = toCliError(isReaderGone ? context.signal.reason : thrown);
    try {
      const { reportFailure } = await import('./failure');
      return await reportFailure(error, context, { argv, json, color });
    } catch (cause) {
      return printPlainError(toCliError(cause), context, json ?? argv.includes('--json'));
    }
  }
}

/** Reports an internal error if Node.js exits before the command has ended. Node.js exits when no timer or request is pending. */
export async function reportNoResult(argv: readonly string[], context: Context): Promise<void> {
  const { reportFailure } = await import('./failure');
  const color = !argv.includes('--no-color');
  await reportFailure(toCliError(null), context, { argv, json: undefined, color });
}

/**
 * Reports an error if the code that reports errors cannot be loaded, for example because there are too many open files.
 * @returns the exit code
 */
async function printPlainError(error: CliError, { io }: Context, json: boolean): Promise<number> {
  const { code, message, hint } = error;
  const exit = code === 'internal_error' ? 1 : 3;
  const text = json
    ? JSON.stringify({ error: { code, message, hint: hint ?? null, exit } })
    : `error: ${message}\nhint:  ${hint}\ncode:  ${code} (exit ${exit})`;
  await io.stderr.write(`${text}\n`).catch(() => undefined);
  return exit;
}
