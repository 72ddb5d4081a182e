import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import { type MinifyOptions, minify } from 'rolldown/utils';

const ROOTS = ['src/index.ts', 'src/sandbox/index.ts'];

/**
 * Options for the program and the bundled packages. Their code is minified as far as possible, because a short command spends
 * most of its time reading code.
 */
const SMALL: MinifyOptions = { compress: true, mangle: { toplevel: true }, codegen: true };

/**
 * Options for the library. Line breaks and function names are kept, because a stack trace in a user's application shows both.
 * There are no source maps, because they would be as large as the code, and Node.js reads them only with --enable-source-maps.
 */
const READABLE: MinifyOptions = {
  compress: true,
  mangle: { toplevel: true, keepNames: true },
  codegen: { removeWhitespace: false },
};

/** Minifies all chunks. The chunks of the library keep line breaks and function names. */
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
