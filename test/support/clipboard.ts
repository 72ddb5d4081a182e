import type { Clipboard } from '../../src/context/clipboard';

/** A clipboard with a program that accepts every text and does nothing. */
export const CLIPBOARD: Clipboard = {
  helper: 'xclip',
  copy: async () => undefined,
  writeToTerminal: () => Promise.reject(new Error('there is a program that copies')),
};
