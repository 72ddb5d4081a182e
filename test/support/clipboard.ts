import type { Clipboard } from '../../src/context/clipboard';

/** Whose program takes every text, and shows it to nobody. */
export const CLIPBOARD: Clipboard = {
  helper: 'xclip',
  copy: async () => undefined,
  writeToTerminal: () => Promise.reject(new Error('there is a program that copies')),
};
