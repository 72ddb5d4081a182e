import type { Context } from '../context/context';
import { exitCodeOf } from '../core/error-codes';
import { CliError, shortageOf } from '../core/errors';
import { loadWithhold } from '../core/secret-register';
import { WITHHELD, type Withhold } from '../core/withhold';
import { renderErrorJson, renderErrorText } from '../terminal/render-error';
import { loadStyle } from '../terminal/style';
import { loadWrap } from '../terminal/wrap';
import { asksForJson } from './arguments';

interface FailureOptions {
  readonly argv: readonly string[];
  /** Whether the error is printed as JSON. Undefined if the command line could not be parsed. */
  readonly json: boolean | undefined;
  readonly color: boolean;
}

/**
 * Reports an error on standard error.
 * @returns the exit code
 */
export async function reportFailure(
  thrown: CliError,
  { io, secrets }: Context,
  { argv, json = asksForJson(argv), color }: FailureOptions,
): Promise<number> {
  const { stderr } = io;
  const error = await loadWithhold(secrets).then(
    (withhold) => withheldError(thrown, withhold),
    (cause: unknown) => uncheckedError(thrown, cause),
  );
  const text = json
    ? renderErrorJson(error)
    : renderErrorText(error, await loadStyle(stderr.color && color), await loadWrap(stderr));
  // If standard error cannot be written, only the exit code reports the error.
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

/**
 * Replaces the texts of an error that could not be checked for secrets. If the check failed for lack of memory or file
 * descriptors, the new text says so.
 */
function uncheckedError({ code, hint, httpStatus }: CliError, cause: unknown): CliError {
  const shortage = shortageOf(cause);
  if (shortage?.code === code) return shortage;
  const message = shortage ? `The error cannot be shown: ${shortage.message}` : WITHHELD;
  return new CliError(code, message, { hint: shortage?.hint ?? (hint && WITHHELD), httpStatus });
}
