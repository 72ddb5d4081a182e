import type { Clipboard } from '../../src/context/clipboard';

/** A clipboard whose program accepts every text, and does nothing with it. */
export const CLIPBOARD: Clipboard = {
  helper: 'xclip',
  copy: async () => undefined,
  writeToTerminal: () => Promise.reject(new Error('there is a program that copies')),
};
