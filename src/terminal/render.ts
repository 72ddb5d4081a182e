import type { CliError } from '../core/errors';
import type { Style } from './style';
import { escapeText, toJsonLine } from './text';

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

/** A text that was wrapped by `wrap`, its later lines standing below the first word of the first. */
export function hang(label: string, text: string, wrap: Wrap): string {
  const indent = ' '.repeat(label.length + 1);
  return wrap(text, indent.length).split('\n').join(`\n${indent}`);
}

/** Breaks a text into lines that leave `indent` columns free; as it is where there is no width to keep. */
export type Wrap = (text: string, indent: number) => string;

/** What happened, what fixes it, and the code to search for. */
export function renderErrorText(error: CliError, style: Style, wrap: Wrap): string {
  const lines = [
    `${style.bold(style.red('error:'))} ${hang('error:', escapeText(error.message), wrap)}`,
  ];
  if (error.hint !== undefined) {
    lines.push(`${style.bold('hint:')}  ${hang('error:', escapeText(error.hint), wrap)}`);
  }
  lines.push(`${style.bold('code:')}  ${error.code} ${style.dim(`(exit ${error.exit})`)}`);
  return `${lines.join('\n')}\n`;
}
