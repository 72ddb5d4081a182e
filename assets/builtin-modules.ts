import { isBuiltin } from 'node:module';
import type { Plugin } from 'rolldown';

const REQUIRE = /(?<![\w.$])require\((["'])([\w:/]+)\1\)/g;
const IMPORT = /(?<![\w.$])import\((["'])([\w:/]+)\1\)/g;

/**
 * Takes the modules of Node.js from `process`. A `require` of them fails at run time where somebody's bundler makes one ESM file
 * of the package: "Dynamic require of events is not supported". An `import()` fails in Jest. A module can have a `process` of its own.
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
