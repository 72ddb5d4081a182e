import type { Files } from '../../src/context/files';
import * as files from '../../src/system/files';
import { openText } from '../../src/system/open-text';

export const realFiles: Files = {
  ...files,
  openText: async (path) => openText(path, process),
};
