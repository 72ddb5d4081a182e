import { defineConfig } from 'rolldown';

/**
 * Commander loads its help, its suggestions and child_process at once, and makes a program of its own. Here each is loaded
 * when it is used, which most runs never come to.
 */
const commanderOnDemand = {
  name: 'commander-on-demand',
  load: {
    filter: { id: /commander[\\/]esm\.mjs$/ },
    handler: () => `
      export { Command } from './lib/command.js';
      export { CommanderError } from './lib/error.js';
      export { Option } from './lib/option.js';`,
  },
  transform: {
    filter: { id: /commander[\\/]lib[\\/]command\.js$/ },
    handler: (code: string) =>
      ON_DEMAND.reduce((text, [eager, onDemand]) => {
        if (!text.includes(eager)) throw new Error(`commander no longer says: ${eager}`);
        return text.replace(eager, onDemand);
      }, code),
  },
};
const ON_DEMAND = [
  [
    "const childProcess = require('node:child_process');",
    "const childProcess = { get spawn() { return require('node:child_process').spawn; } };",
  ],
  ["const { Help, stripColor } = require('./help.js');", ''],
  ['new Help()', "new (require('./help.js').Help)()"],
  ['=> stripColor(str)', "=> require('./help.js').stripColor(str)"],
  [
    "const { suggestSimilar } = require('./suggestSimilar');",
    "const suggestSimilar = (...args) => require('./suggestSimilar').suggestSimilar(...args);",
  ],
] as const;

/** Opening a file costs more than reading it: what every command needs is one chunk, and what a request needs another. */
const chunks = [
  {
    name: 'command-line',
    test: /rolldown[\\/]runtime|commander[\\/]|src[\\/](program|arguments|help|usage-errors|execute|core[\\/](?!errors).*|commands[\\/](index|define|options|globals|target|key-file|network-errors|token-options)|api[\\/]deadline|terminal[\\/](text|render|style|wrap|reporter))\.ts$/,
    priority: 2,
  },
  {
    name: 'request',
    test: /src[\\/](commands[\\/]open-api|api[\\/](create-api|connection-rules|rest|retry|tokens|transcriptions|protocol|versions|answers|refusals|wire|network-errors|http))\.ts$/,
    priority: 1,
  },
];

const COMMON = {
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
} as const;

const OUTPUT = {
  format: 'cjs',
  cleanDir: true,
  minify: true,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
} as const;

/** The program and the library apart: what both use would be a file of its own otherwise, opened at every start. */
export default defineConfig([
  {
    ...COMMON,
    input: { entry: 'src/entry.ts' },
    plugins: [commanderOnDemand],
    output: {
      ...OUTPUT,
      dir: 'dist',
      codeSplitting: { includeDependenciesRecursively: false, groups: chunks },
    },
  },
  {
    ...COMMON,
    input: { index: 'src/sandbox/index.ts' },
    output: { ...OUTPUT, dir: 'dist/sandbox' },
  },
]);
