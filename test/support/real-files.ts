import type { Files } from '../../src/context/files';
import * as files from '../../src/system/files';
import { openText } from '../../src/system/open-text';

/** The file system, as the program has it. */
export const realFiles: Files = {
  ...files,
  openText: async (path) => openText(path, process),
};
