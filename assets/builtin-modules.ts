import { isBuiltin } from 'node:module';
import type { Plugin } from 'rolldown';

const REQUIRE = /(?<![\w.$])require\((["'])([\w:/]+)\1\)/g;
const IMPORT = /(?<![\w.$])import\((["'])([\w:/]+)\1\)/g;

/**
 * Makes bundled code load Node.js modules with `process.getBuiltinModule`. Reason: if a user bundles the package as one ESM file,
 * `require` fails at run time ("Dynamic require of events is not supported"). In Jest, `import()` fails. `globalThis.process` is
 * used because a module may redefine the name `process`.
 */
export const builtinModules: Plugin = {
  name: 'builtin-modules',
  renderChunk(code) {
    const take = (name: string) =>
      `globalThis.process.getBuiltinModule("${name.startsWith('node:') ? name : `node:${name}`}")`;
    return code
      .replace(REQUIRE, (whole, _, name) => (isBuiltin(name) ? take(name) : whole))
      .replace(IMPORT, (whole, _, name) =>
        isBuiltin(name) ? `Promise.resolve(${take(name)})` : whole,
      );
  },
};
