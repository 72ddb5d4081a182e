import type { Context } from '../context/context';
import { exitCodeOf } from '../core/error-codes';
import { CliError } from '../core/errors';
import { judgeOf } from '../core/secret-register';
import { WITHHELD, type Withhold } from '../core/withhold';
import { renderErrorJson, renderErrorText } from '../terminal/render-error';
import { loadStyle } from '../terminal/style';
import { loadWrap } from '../terminal/wrap';
import { asksForJson } from './arguments';

interface Manner {
  readonly argv: readonly string[];
  /** Unknown of a command line that could not be read. */
  readonly json: boolean | undefined;
  readonly color: boolean;
}

/** Tells on standard error what went wrong. @returns the exit code */
export async function reportFailure(
  thrown: CliError,
  { io, secrets }: Context,
  { argv, json = asksForJson(argv), color }: Manner,
): Promise<number> {
  const { stderr } = io;
  // What cannot be judged is not shown.
  const withhold = await judgeOf(secrets).catch(() => () => WITHHELD);
  const error = withheldError(thrown, withhold);
  const text = json
    ? renderErrorJson(error)
    : renderErrorText(error, await loadStyle(stderr.color && color), await loadWrap(stderr));
  // Without a standard error there is nobody left to tell; the exit code still says it.
  await stderr.write(text).catch(() => undefined);
  return exitCodeOf(error.code);
}

function withheldError(
  { code, message, hint, httpStatus }: CliError,
  withhold: Withhold,
): CliError {
  const shownHint = hint === undefined ? undefined : withhold(hint);
  return new CliError(code, withhold(message), { hint: shownHint, httpStatus });
}
