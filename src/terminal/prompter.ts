import type { Readable, Writable } from 'node:stream';
import { confirm, input, password, select } from '@inquirer/prompts';
import type { Prompter } from '../context/prompter';
import { CliError } from '../core/errors';

/** Questions of @inquirer/prompts, on standard error, so that standard output stays the result's. */
export function createPrompter(stdin: Readable, stderr: Writable, signal: AbortSignal): Prompter {
  const streams = { input: stdin, output: stderr, signal };

  async function ask<Answer>(question: Promise<Answer>): Promise<Answer> {
    try {
      return await question;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Error && error.name === 'ExitPromptError') {
        throw new CliError('interrupted', 'The question was cancelled.');
      }
      throw error;
    } finally {
      // A terminal that is still read would keep the process alive.
      stdin.pause();
    }
  }

  return {
    select: ({ message, choices, default: preset }) =>
      ask(
        select(
          {
            message,
            default: preset,
            choices: choices.map(({ value, about }) => ({
              value,
              name: value,
              description: about,
            })),
          },
          streams,
        ),
      ),
    input: ({ message, default: preset, check }) =>
      ask(input({ message, default: preset, validate: (text) => check(text) ?? true }, streams)),
    confirm: ({ message, default: preset }) => ask(confirm({ message, default: preset }, streams)),
    password: ({ message, check }) =>
      ask(
        password(
          // Without the mask the length is not shown either; Ctrl-T would reveal it all.
          { message, mask: false, toggleMask: false, validate: (text) => check(text) ?? true },
          streams,
        ),
      ),
  };
}
