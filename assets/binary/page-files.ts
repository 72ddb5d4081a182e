import type { ReadPageFile } from '../../src/context/page';

/**
 * Replaces the function of src/system/page-files.ts in the executable. It reads the data files that build.mjs puts into the
 * executable (`assets`).
 */
export const readPageFile: ReadPageFile = async (path) => {
  const { getAsset } = process.getBuiltinModule('node:sea');
  return getAsset(path, 'utf8');
};
