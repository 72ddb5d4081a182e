import { confirm, input, password, select } from '@inquirer/prompts';
import type { Prompter } from '../context/prompter';
import type { QuestionStreams } from './keyboard';

/** Creates questions that @inquirer/prompts asks. */
export function createQuestions(streams: QuestionStreams): Omit<Prompter, 'hold' | 'paste'> {
  return {
    select: ({ message, choices, default: preset }) =>
      select(
        {
          message,
          default: preset,
          choices: choices.map(({ value, about }) => ({ value, name: value, description: about })),
        },
        streams,
      ),
    input: ({ message, default: preset, check }) =>
      input({ message, default: preset, validate: (text) => check(text) ?? true }, streams),
    confirm: ({ message, default: preset }) => confirm({ message, default: preset }, streams),
    password: ({ message, check }) =>
      password(
        // The library's mask would show the length of the text. Its Ctrl-T would show the whole text.
        { message, mask: false, toggleMask: false, validate: (text) => check(text) ?? true },
        streams,
      ),
  };
}
