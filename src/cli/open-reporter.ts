import type { Context } from '../context/context';
import { isCi } from '../core/environment';
import { createReporter } from '../terminal/reporter';
import { loadStyle } from '../terminal/style';
import { loadWrap } from '../terminal/wrap';
import type { GlobalValues } from './globals';

/** Opens the reporter, which shows on standard error what a command does. */
export async function openReporter(
  context: Context,
  globals: Pick<GlobalValues, 'color' | 'quiet' | 'verbose'>,
) {
  const { stderr } = context.io;
  const style = await loadStyle(stderr.color && globals.color);
  const isLive = stderr.isTerminal && !isCi(context.env) && context.env['TERM'] !== 'dumb';
  return createReporter({
    stderr,
    style,
    clock: context.clock,
    secrets: context.secrets,
    wrap: await loadWrap(stderr),
    mode: globals.quiet ? 'quiet' : isLive ? 'live' : 'lines',
    verbose: globals.verbose,
  });
}
