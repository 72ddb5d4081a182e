import { type CliError, toCliError } from '../core/errors';
import type { Command, Invocation, RawOptions } from './define';
import { type GlobalValues, readGlobals } from './globals';

/** The result of parsing: a text to print, a command to run, or an error. */
export type Request = PrintRequest | RunRequest | InvalidRequest;

interface PrintRequest {
  readonly kind: 'print';
  readonly text: string;
}

export interface RunRequest {
  readonly kind: 'run';
  readonly command: Command;
  readonly invocation: Invocation;
  readonly globals: GlobalValues;
  readonly raw: RawOptions;
}

/**
 * A command line with an error in the options of its command. `raw` contains the options that could be read. If --report is one
 * of these options, the error is also written to the report.
 */
export interface InvalidRequest {
  readonly kind: 'refused';
  readonly command: Command;
  readonly raw: RawOptions;
  readonly error: CliError;
}

/** Checks the options of a command. Returns a request to run the command, or the error of the options. */
export function requestOf(
  command: Command,
  raw: RawOptions,
  operands: readonly string[],
): RunRequest | InvalidRequest {
  try {
    const globals = readGlobals(raw);
    const invocation = command.parse(raw, operands, globals);
    return { kind: 'run', command, globals, raw, invocation };
  } catch (thrown) {
    return { kind: 'refused', command, raw, error: toCliError(thrown) };
  }
}
