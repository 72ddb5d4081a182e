import type { Clipboard } from '../../src/context/clipboard';

/** A clipboard that accepts every text and does nothing. It behaves as if the program xclip were installed. */
export const CLIPBOARD: Clipboard = {
  helper: 'xclip',
  copy: async () => undefined,
  writeToTerminal: () => Promise.reject(new Error('there is a program that copies')),
};
