import { join } from 'node:path';
import { type ChunkingContext, defineConfig, type Plugin } from 'rolldown';
import { builtinModules } from './assets/builtin-modules';
import { licenceNotices } from './assets/licence-notices';
import { readableLibrary } from './assets/readable-library';
import { webGlobals } from './assets/web-globals';

/**
 * The modules that `vstoken mint` loads on demand, in the order of loading. If it uses a stored key, it also loads `STORED_KEY`.
 */
const MINT = ['cli/program', 'cli/execute', 'commands/mint/mint', 'store/open-ledger'];
const STORED_KEY = ['store/open-vault', 'credentials/stored-key'];
/** The only module of the sandbox that help and completion load. */
const FAULTS = ['sandbox/faults'];

/**
 * The files that define the exports of the library. Each stays a separate file, so that a user's bundle contains only the files
 * that it uses.
 */
const LIBRARY = {
  'library/create-client': 'src/library/create-client.ts',
  'library/mint-token': 'src/library/mint-token.ts',
  'library/node-listener': 'src/endpoint/listener.ts',
  'library/test-token': 'src/library/test-token.ts',
  'library/token-error': 'src/core/token-error.ts',
  'library/token-handler': 'src/library/token-handler.ts',
};

/**
 * The modules that a server needs if it mints tokens and does not test them. `chunkOf` follows the static and the dynamic imports
 * of these modules. For the modules in `MINT`, it follows only the static imports.
 */
const MINTING = ['library/token-handler', 'library/mint-token', 'endpoint/listener'];

/**
 * A module of src/core is small if its code has fewer characters than this. Small modules with several importers are put into a
 * common chunk. Reason: for `vstoken mint`, loading one more file takes as long as reading 12 KiB of unused code.
 */
const SMALL = 1500;

/**
 * Returns the name of the chunk of a module. Null: rolldown puts the module into the chunk of its importer. The main chunks are:
 * - `base`: modules that at least two of these load at the start: the program, `vstoken mint`, the library.
 * - `cli`: the other modules of `vstoken mint`.
 * - `store`: the other modules for reading a stored key.
 * - the name of the module's folder in src: other modules with several importers.
 */
function chunkOf(id: string, context: ChunkingContext): string | null {
  const folder = /[\\/]src[\\/](\w+)[\\/]/.exec(id)?.[1] ?? '';
  const isOfMinting = closureOf(MINTING, context, true).has(id);
  const startsWith = (paths: readonly string[]) => closureOf(paths, context).has(id);
  const starts = [['entry'], MINT, ['index']].map(startsWith);
  const [isProgram, isMint, isLibrary] = starts;
  const { importers = [], dynamicImporters = [], code = null } = context.getModuleInfo(id) ?? {};
  const isShared = importers.length > 0 && importers.length + dynamicImporters.length > 1;
  const isSmall = (code?.length ?? 0) < SMALL;

  // A file of `LIBRARY` is an entry, so it needs no chunk.
  if (Object.values(LIBRARY).some((path) => id === join(import.meta.dirname, path))) return null;
  if (starts.filter(Boolean).length > 1) return 'base';
  // The folder core/recognise is large, and it is loaded only if a text was pasted.
  if (/[\\/]core[\\/]recognise[\\/]/.test(id)) return 'recognise';
  const isOfPackage = closureOf(['index', 'sandbox/index'], context, true).has(id);
  if (isMint && isOfPackage) return 'base';
  if (folder === 'core' && isShared && isSmall) {
    if (isOfMinting || startsWith(STORED_KEY)) return 'base';
    return isOfPackage ? 'core' : 'cli';
  }
  if (isMint) return 'cli';
  if (isProgram || isLibrary) return null;
  if (startsWith(STORED_KEY)) return 'store';
  // The sandbox is one chunk. Reason: if two chunks import each other, a module can run before its dependencies. Only the list of
  // faults has its own chunk, because help loads nothing else of the sandbox.
  if (folder === 'sandbox') return startsWith(FAULTS) ? 'faults' : 'sandbox';
  // The modules of `commands` and `reports` have no common chunk, because a run needs only a few of them.
  if (!isShared || ['', 'commands', 'reports'].includes(folder)) return null;
  return isOfMinting ? `${folder}-minting` : folder;
}

const closures = new Map<string, ReadonlySet<string>>();

/**
 * Returns the given files of `src` and all modules that they import, directly or indirectly.
 * @param isDeep whether to include dynamic imports
 */
function closureOf(
  paths: readonly string[],
  context: ChunkingContext,
  isDeep = false,
): ReadonlySet<string> {
  const name = `${paths} ${isDeep}`;
  const known = closures.get(name);
  if (known) return known;
  const found = new Set(paths.map((path) => join(import.meta.dirname, 'src', `${path}.ts`)));
  for (const id of found) {
    const { importedIds = [], dynamicallyImportedIds = [] } = context.getModuleInfo(id) ?? {};
    for (const imported of isDeep ? [...importedIds, ...dynamicallyImportedIds] : importedIds) {
      found.add(imported);
    }
  }
  closures.set(name, found);
  return found;
}

/**
 * Imports that are replaced in certain packages. The keys are the importing packages, the values are files in assets/stand-ins.
 */
const STAND_INS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  commander: { 'node:child_process': 'child-process.cjs' },
  conf: {
    'node:process': 'process.mjs',
    'ajv/dist/2020.js': 'nothing.mjs',
    'ajv-formats': 'nothing.mjs',
    semver: 'nothing.mjs',
  },
  atomically: { 'when-exit': 'nothing.mjs' },
  // clipboard-process.ts starts no program from the working directory, and passes no variables of vstoken to a program.
  tinyclip: { 'node:child_process': '../../src/system/clipboard-process.ts' },
};

/** Imports that are replaced in all files. */
const STAND_INS_OF_ALL: Readonly<Record<string, string>> = {
  debug: 'debug.mjs',
  './CombinedTagMapper.js': 'tag-mapper.mjs',
  // These files of the packages do not contain the code for files and streams. vstoken does not need that code, because it reads
  // audio from memory.
  'music-metadata': '../../node_modules/music-metadata/lib/core.js',
  'file-type': '../../node_modules/file-type/core.js',
  strtok3: '../../node_modules/strtok3/lib/core.js',
  bufferutil: 'missing.cjs',
  'utf-8-validate': 'missing.cjs',
};

const standIns: Plugin = {
  name: 'stand-ins',
  resolveId(id, importer = '') {
    const own = STAND_INS[/[\\/]node_modules[\\/](\w+)[\\/]/.exec(importer)?.[1] ?? ''];
    const file = own?.[id] ?? STAND_INS_OF_ALL[id];
    return file === undefined ? null : join(import.meta.dirname, 'assets/stand-ins', file);
  },
};

const TIMERS = join(import.meta.dirname, 'src/system/timers.ts');

/**
 * Globals that are replaced with imports in our code and in all bundled packages. Reason: a user's test environment can replace
 * these globals with fakes, or may not have them.
 */
const GLOBALS: Record<string, [string, string]> = {
  setTimeout: [TIMERS, 'setTimeout'],
  clearTimeout: [TIMERS, 'clearTimeout'],
  setImmediate: [TIMERS, 'setImmediate'],
  queueMicrotask: [TIMERS, 'queueMicrotask'],
  'process.nextTick': [TIMERS, 'nextTick'],
  TextDecoder: ['node:util', 'TextDecoder'],
  'globalThis.TextDecoder': ['node:util', 'TextDecoder'],
  TextEncoder: ['node:util', 'TextEncoder'],
  'globalThis.TextEncoder': ['node:util', 'TextEncoder'],
  URL: ['node:url', 'URL'],
};

/** The program and the library are built together, so that they share chunks. */
const program = defineConfig({
  input: {
    entry: 'src/entry.ts',
    index: 'src/index.ts',
    'sandbox/index': 'src/sandbox/index.ts',
    ...LIBRARY,
  },
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  transform: { inject: GLOBALS },
  // Turns off the warnings about slow plugins and about modules that are imported both statically and dynamically.
  checks: { ineffectiveDynamicImport: false, pluginTimings: false },
  plugins: [standIns, webGlobals, licenceNotices, builtinModules, readableLibrary],
  output: {
    dir: 'dist',
    format: 'cjs',
    cleanDir: true,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: chunkOf, debugName: 'chunks' }],
    },
    // Off, because the plugin `readableLibrary` minifies the chunks.
    minify: false,
    minifyInternalExports: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  },
});

/** The entry `vocalstack-token/browser`. It is one file without dependencies, for all bundlers and for browsers since 2020. */
const page = defineConfig({
  input: { 'browser/index': 'src/browser/index.ts' },
  platform: 'browser',
  transform: { target: 'es2020' },
  output: { dir: 'dist', format: 'esm', minify: true, entryFileNames: '[name].mjs' },
});

/**
 * The entries that edge runtimes load instead of the library and the sandbox. They contain no Node.js modules. Their functions
 * only throw an error, because the package does not run on edge runtimes.
 */
const edge = ['index', 'sandbox'].map((name) =>
  defineConfig({
    input: { [`edge/${name}`]: `src/edge/${name}.ts` },
    platform: 'browser',
    output: { dir: 'dist', format: 'esm', minify: true, entryFileNames: '[name].mjs' },
  }),
);

export default [program, page, ...edge];
