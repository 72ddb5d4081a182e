import { exitCodeOf } from '../core/error-codes';
import type { CliError } from '../core/errors';
import type { Style } from './style';
import { escapeText, escapeWorkflowCommands, toJsonLine } from './text';
import { type WrapText, wrapHanging } from './wrap';

/** Returns the JSON for standard error after a failure with --json. */
export function renderErrorJson(error: CliError): string {
  return toJsonLine({
    error: {
      code: error.code,
      message: error.message,
      hint: error.hint ?? null,
      exit: exitCodeOf(error.code),
      ...(error.httpStatus === undefined ? {} : { http_status: error.httpStatus }),
    },
  });
}

const LABEL_WIDTH = 'error: '.length;
const NEXT_STEP = `\n${' '.repeat(LABEL_WIDTH)}`;

/** Returns the text of an error: the message, the hint and the code. */
export function renderErrorText(error: CliError, style: Style, wrap: WrapText): string {
  const lines = [
    `${style.bold(style.red('error:'))} ${wrapHanging(escapeText(error.message), LABEL_WIDTH, wrap)}`,
  ];
  if (error.hint !== undefined) {
    const steps = error.hint
      .split('\n')
      .map((step) => wrapHanging(escapeText(step), LABEL_WIDTH, wrap));
    lines.push(`${style.bold('hint:')}  ${steps.join(NEXT_STEP)}`);
  }
  lines.push(
    `${style.bold('code:')}  ${error.code} ${style.dim(`(exit ${exitCodeOf(error.code)})`)}`,
  );
  return escapeWorkflowCommands(`${lines.join('\n')}\n`);
}
