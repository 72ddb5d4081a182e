import { version } from '../package.json';
import { type Context, ReaderGone } from './context';
import { CliError, toCliError } from './core/errors';

/**
 * The program: runs a command line in a context.
 * @returns the exit code; it never throws
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
    const request = await readCommandLine(argv, { version, columns: stdout.columns() });
    if (request.kind === 'print') {
      await stdout.write(request.text);
      return 0;
    }
    const { command, invocation, globals } = request;
    json = invocation.json;
    color = globals.color;
    const { execute } = await import('./execute');
    const end = await execute(context, command, invocation, globals);
    if (end instanceof CliError) throw end;
    return end?.exit ?? 0;
  } catch (thrown) {
    const isReaderGone = thrown instanceof ReaderGone;
    if (isReaderGone && !context.signal.aborted) return 0;
    const error = toCliError(isReaderGone ? context.signal.reason : thrown);
    await printError(error, context, json ?? (await asksForJson(argv)), color);
    return error.exit;
  }
}

async function asksForJson(argv: readonly string[]): Promise<boolean> {
  const { asksForJson: asks } = await import('./arguments');
  return asks(argv);
}

async function printError(
  error: CliError,
  context: Context,
  json: boolean,
  color: boolean,
): Promise<void> {
  const { stderr } = context.io;
  const { renderErrorJson, renderErrorText } = await import('./terminal/render');
  const { loadStyle } = await import('./terminal/style');
  const { loadWrap } = await import('./terminal/wrap');
  const text = json
    ? renderErrorJson(error)
    : renderErrorText(error, await loadStyle(stderr.color && color), await loadWrap(stderr));
  // Without a standard error there is nobody left to tell; the exit code still says it.
  await stderr.write(text).catch(() => undefined);
}
