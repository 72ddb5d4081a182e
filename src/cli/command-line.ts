import { type CliError, toCliError } from '../core/errors';
import type { Command, Invocation, RawOptions } from './define';
import { type GlobalValues, readGlobals } from './globals';

/** What a command line asks for: a text to print, or a command to run. */
export type Request = Printing | Running | Refused;

interface Printing {
  readonly kind: 'print';
  readonly text: string;
}

export interface Running {
  readonly kind: 'run';
  readonly command: Command;
  readonly invocation: Invocation;
  readonly globals: GlobalValues;
  readonly raw: RawOptions;
}

/** A command that cannot be run as it is given, and what could be read of its options: a report may be among them. */
export interface Refused {
  readonly kind: 'refused';
  readonly command: Command;
  readonly raw: RawOptions;
  readonly error: CliError;
}

/** Checks the options of a command. */
export function requestOf(
  command: Command,
  raw: RawOptions,
  operands: readonly string[],
): Running | Refused {
  try {
    const globals = readGlobals(raw);
    const invocation = command.parse(raw, operands, globals);
    return { kind: 'run', command, globals, raw, invocation };
  } catch (thrown) {
    return { kind: 'refused', command, raw, error: toCliError(thrown) };
  }
}
