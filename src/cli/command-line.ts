import type { Command, Invocation, RawOptions } from './define';
import { type GlobalValues, readGlobals } from './globals';

/** What a command line asks for: a text to print, or a command to run. */
export type Request =
  | { readonly kind: 'print'; readonly text: string }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly invocation: Invocation;
      readonly globals: GlobalValues;
    };

/** @throws CliError as the command says */
export function requestOf(command: Command, raw: RawOptions, operands: readonly string[]): Request {
  const globals = readGlobals(raw);
  return { kind: 'run', command, globals, invocation: command.parse(raw, operands, globals) };
}
