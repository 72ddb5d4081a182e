import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import { type MinifyOptions, minify } from 'rolldown/utils';

const ROOTS = ['src/index.ts', 'src/sandbox/index.ts'];

/** For the program and the packages in it, which nobody sees: most of the time of a short command is the reading of code. */
const SMALL: MinifyOptions = { compress: true, mangle: { toplevel: true }, codegen: true };

/**
 * For what an application loads of us. Node.js prints the line that threw, so a line has to be one, and the functions in a stack
 * need their names. Maps would be as large as the code, and Node.js reads them only with --enable-source-maps.
 */
const READABLE: MinifyOptions = {
  compress: true,
  mangle: { toplevel: true, keepNames: true },
  codegen: { removeWhitespace: false },
};

/** Minifies each chunk, and leaves those of the library readable. */
export const readableLibrary: Plugin = {
  name: 'readable-library',
  async renderChunk(code, { fileName, moduleIds }) {
    const ofLibrary = new Set(ROOTS.map((path) => join(import.meta.dirname, '..', path)));
    for (const id of ofLibrary) {
      const { importedIds = [], dynamicallyImportedIds = [] } = this.getModuleInfo(id) ?? {};
      for (const each of [...importedIds, ...dynamicallyImportedIds]) ofLibrary.add(each);
    }
    const isOwn = moduleIds.every((id) => !/[\\/]node_modules[\\/]/.test(id));
    const isReadable = isOwn && moduleIds.some((id) => ofLibrary.has(id));
    const { code: small, errors } = await minify(fileName, code, isReadable ? READABLE : SMALL);
    if (errors.length > 0) throw new Error(`${fileName} could not be minified`);
    return small;
  },
};
