import type { ReadPageFile } from '../../src/context/page';

/** Replaces src/system/page-files.ts: the files are assets of the executable. See its settings in build.mjs. */
export const readPageFile: ReadPageFile = async (path) => {
  const { getAsset } = process.getBuiltinModule('node:sea');
  return getAsset(path, 'utf8');
};
