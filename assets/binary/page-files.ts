import type { ReadPageFile } from '../../src/context/page';

/**
 * Replaces the function of src/system/page-files.ts in the executable. The files are assets of the executable: see `assets` in
 * build.mjs.
 */
export const readPageFile: ReadPageFile = async (path) => {
  const { getAsset } = process.getBuiltinModule('node:sea');
  return getAsset(path, 'utf8');
};
