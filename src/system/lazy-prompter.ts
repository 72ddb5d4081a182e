import type { Clock } from '../context/clock';
import type { Prompter } from '../context/prompter';

/** Returns a prompter that loads its code on first use. */
export function lazyPrompter(node: NodeJS.Process, clock: Clock, signal: AbortSignal): Prompter {
  let loaded: Promise<Prompter> | undefined;
  const load = () => {
    loaded ??= import('../terminal/prompter').then(({ openPrompter }) =>
      openPrompter(node, clock, signal),
    );
    return loaded;
  };
  return {
    hold: async (task) => (await load()).hold(task),
    select: async (question) => (await load()).select(question),
    input: async (question) => (await load()).input(question),
    confirm: async (question) => (await load()).confirm(question),
    password: async (question) => (await load()).password(question),
    paste: async (question) => (await load()).paste(question),
  };
}
