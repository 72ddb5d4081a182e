import { defineConfig } from 'rolldown';

/** commander needs child_process for executable subcommands only, which this program has none of. */
const lazyChildProcess = {
  name: 'lazy-child-process',
  transform: {
    filter: { id: /commander[\\/]lib[\\/]command\.js$/ },
    handler(code: string) {
      const eager = "const childProcess = require('node:child_process');";
      if (!code.includes(eager)) throw new Error('commander no longer requires child_process so');
      return code.replace(
        eager,
        "const childProcess = { get spawn() { return require('node:child_process').spawn; } };",
      );
    },
  },
};

/** Opening a file costs more than reading it: what every command needs is one chunk, and what a request needs another. */
const chunks = [
  {
    name: 'base',
    test: /src[\\/](context|clock|core[\\/]errors|terminal[\\/]io)\.ts$/,
    priority: 3,
  },
  {
    name: 'command-line',
    test: /commander[\\/]|src[\\/](program|arguments|help|usage-errors|execute|core[\\/].*|commands[\\/](index|define|options|globals|target|key-file|network-errors|token-options)|api[\\/]deadline|terminal[\\/](text|render|style|wrap|reporter))\.ts$/,
    priority: 2,
  },
  {
    name: 'request',
    test: /src[\\/](commands[\\/]open-api|api[\\/](create-api|connection-rules|rest|retry|tokens|transcriptions|protocol|versions|answers|refusals|wire|network-errors|http))\.ts$/,
    priority: 1,
  },
];

export default defineConfig({
  input: {
    entry: 'src/entry.ts',
    'sandbox/index': 'src/sandbox/index.ts',
  },
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  plugins: [lazyChildProcess],
  output: {
    dir: 'dist',
    format: 'cjs',
    cleanDir: true,
    codeSplitting: { includeDependenciesRecursively: false, groups: chunks },
    minify: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  },
});
