import type { Clock } from '../context/clock';
import type { Prompter } from '../context/prompter';
import { CliError } from '../core/errors';
import { createKeyboard, type Keyboard } from './keyboard';
import type { TerminalProcess } from './raw-mode';

export function openPrompter(node: TerminalProcess, clock: Clock, signal: AbortSignal): Prompter {
  return createPrompter(createKeyboard(node, clock, signal), clock);
}

/**
 * Creates a prompter that asks on standard error, so that standard output contains only the result. The prompt library is loaded
 * after the terminal has stopped echoing, so that keys typed during the loading are not shown.
 */
export function createPrompter(keyboard: Keyboard, clock: Clock): Prompter {
  async function ask<Answer>(
    isHidden: boolean,
    question: (questions: Omit<Prompter, 'hold' | 'paste'>) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await keyboard.hold(async () => {
        const { createQuestions } = await import('./questions');
        return keyboard.ask(isHidden, (streams) => question(createQuestions(streams)));
      });
    } catch (error) {
      if (error instanceof Error && error.name === 'ExitPromptError') {
        throw new CliError('interrupted', 'The question was cancelled.');
      }
      throw error;
    }
  }

  return {
    hold: keyboard.hold,
    select: (question) => ask(false, (questions) => questions.select(question)),
    input: (question) => ask(false, (questions) => questions.input(question)),
    confirm: (question) => ask(false, (questions) => questions.confirm(question)),
    password: (question) => ask(true, (questions) => questions.password(question)),
    paste: ({ message }) =>
      keyboard.hold(async () => {
        const { askForPaste } = await import('./paste');
        return keyboard.ask(true, (streams) => askForPaste(message, streams, clock), true);
      }),
  };
}
