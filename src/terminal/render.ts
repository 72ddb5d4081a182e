import type { CliError } from '../core/errors';
import type { Style } from './style';
import { defuseWorkflowCommands, escapeText, toJsonLine } from './text';

/** The document that a failure leaves on standard error under --json. */
export function renderErrorJson(error: CliError): string {
  return toJsonLine({
    error: {
      code: error.code,
      message: error.message,
      hint: error.hint ?? null,
      exit: error.exit,
      ...(error.httpStatus === undefined ? {} : { http_status: error.httpStatus }),
    },
  });
}

/** A text broken by `wrap`, its lines after the first `indent` columns in. */
export function hang(text: string, indent: number, wrap: Wrap): string {
  return wrap(text, indent)
    .split('\n')
    .join(`\n${' '.repeat(indent)}`);
}

/** Breaks a text into lines that leave `indent` columns free; as it is where there is no width to keep. */
export type Wrap = (text: string, indent: number) => string;

const LABEL_WIDTH = 'error: '.length;

/** What happened, what fixes it, and the code to search for. */
export function renderErrorText(error: CliError, style: Style, wrap: Wrap): string {
  const lines = [
    `${style.bold(style.red('error:'))} ${hang(escapeText(error.message), LABEL_WIDTH, wrap)}`,
  ];
  if (error.hint !== undefined) {
    lines.push(`${style.bold('hint:')}  ${hang(escapeText(error.hint), LABEL_WIDTH, wrap)}`);
  }
  lines.push(`${style.bold('code:')}  ${error.code} ${style.dim(`(exit ${error.exit})`)}`);
  return defuseWorkflowCommands(`${lines.join('\n')}\n`);
}
