import { join } from 'node:path';
import { type ChunkingContext, defineConfig, type Plugin } from 'rolldown';
import { builtinModules } from './assets/builtin-modules';
import { licenceNotices } from './assets/licence-notices';
import { readableLibrary } from './assets/readable-library';
import { webGlobals } from './assets/web-globals';

/** What a mint loads on demand, one after the other, and what it loads for a stored key. */
const MINT = ['cli/program', 'cli/execute', 'commands/mint/mint', 'store/open-ledger'];
const STORED_KEY = ['store/open-vault', 'credentials/stored-key'];
/** What help and completion know of the sandbox. */
const FAULTS = ['sandbox/faults'];

/** What the library exports, each by a file of its own: what imports one carries nothing of the others into its bundle. */
const LIBRARY = {
  'library/create-client': 'src/library/create-client.ts',
  'library/mint-token': 'src/library/mint-token.ts',
  'library/node-listener': 'src/endpoint/listener.ts',
  'library/test-token': 'src/library/test-token.ts',
  'library/token-error': 'src/core/token-error.ts',
  'library/token-handler': 'src/library/token-handler.ts',
};

/** What a server needs that mints and does not test, all that it loads on demand included. */
const MINTING = ['library/token-handler', 'library/mint-token', 'endpoint/listener'];

/** In characters. For a mint, one more file costs as much as 12 KiB of code that it does not run. */
const SMALL = 1500;

/**
 * The chunk of a module. `base` is what two of the program, a mint and the library start with, and the small files of `core`;
 * `cli` is the rest of a mint, and `store` the rest of a stored key. Elsewhere the modules of a folder that several others import
 * are a chunk of its name, and rolldown puts every other module into the chunk of what imports it.
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

  // It is its own file already, and others import it from there.
  if (Object.values(LIBRARY).some((path) => id === join(import.meta.dirname, path))) return null;
  if (starts.filter(Boolean).length > 1) return 'base';
  // Loaded for what is pasted alone, and large as a whole.
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
  // Two chunks that import each other would run a module before what it needs. Help needs the list of faults alone.
  if (folder === 'sandbox') return startsWith(FAULTS) ? 'faults' : 'sandbox';
  // Reports and the parts of a command are needed one at a time.
  if (!isShared || ['', 'commands', 'reports'].includes(folder)) return null;
  return isOfMinting ? `${folder}-minting` : folder;
}

const closures = new Map<string, ReadonlySet<string>>();

/**
 * Some files of `src` with all that they import.
 * @param isDeep whether what they import on demand counts as well
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

/** What some packages import and vstoken has no use for, with the file in its place. */
const STAND_INS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  commander: { 'node:child_process': 'child-process.cjs' },
  conf: {
    'node:process': 'process.mjs',
    'ajv/dist/2020.js': 'nothing.mjs',
    'ajv-formats': 'nothing.mjs',
    semver: 'nothing.mjs',
  },
  atomically: { 'when-exit': 'nothing.mjs' },
  // Runs no program of the working directory, and gives none our variables.
  tinyclip: { 'node:child_process': '../../src/system/clipboard-process.ts' },
};

/** The same, whatever imports it. */
const STAND_INS_OF_ALL: Readonly<Record<string, string>> = {
  debug: 'debug.mjs',
  './CombinedTagMapper.js': 'tag-mapper.mjs',
  // Without what reads files and streams: audio is in memory.
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

/** Where globals come from in the code of the program, the library and the packages in them. */
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

/** The command line and the library, which share their chunks. */
const program = defineConfig({
  input: {
    entry: 'src/entry.ts',
    index: 'src/index.ts',
    'sandbox/index': 'src/sandbox/index.ts',
    ...LIBRARY,
  },
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  // What the environment of somebody's tests replaces or lacks.
  transform: { inject: GLOBALS },
  // Some import on demand what others import at once.
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
    // By `readableLibrary`.
    minify: false,
    minifyInternalExports: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  },
});

/** For pages: one file without dependencies, for every bundler and every browser since 2020. */
const page = defineConfig({
  input: { 'browser/index': 'src/browser/index.ts' },
  platform: 'browser',
  transform: { target: 'es2020' },
  output: { dir: 'dist', format: 'esm', minify: true, entryFileNames: '[name].mjs' },
});

/** For edge runtimes: files without modules of Node.js, which say that the package does not run there. */
const edge = ['index', 'sandbox'].map((name) =>
  defineConfig({
    input: { [`edge/${name}`]: `src/edge/${name}.ts` },
    platform: 'browser',
    output: { dir: 'dist', format: 'esm', minify: true, entryFileNames: '[name].mjs' },
  }),
);

export default [program, page, ...edge];
