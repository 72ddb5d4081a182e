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

/**
 * What conf imports and this program does not use: schemas and migrations. And what atomically does at a signal, which is to
 * kill the process; the next writer removes what a killed one left behind.
 */
const confWithoutExtras = {
  name: 'conf-without-extras',
  load: {
    filter: {
      id: /node_modules[\\/](ajv[\\/]dist[\\/]2020\.js|ajv-formats[\\/]|semver[\\/]|when-exit[\\/])/,
    },
    handler: () => 'export class Ajv2020 {} export default () => undefined;',
  },
};

/**
 * Opening a file costs more than reading it: what the library shares is one chunk, what every command needs is one, and
 * what a request needs another.
 */
const chunks = [
  {
    name: 'vault',
    test: /src[\\/](store[\\/](vault|safe-file|lock)|core[\\/](settings|stored-config|language))\.ts$/,
    priority: 4,
  },
  {
    name: 'base',
    test: /src[\\/](context|clock|terminal[\\/]io|core[\\/](errors|api-key|config-folder|empty-config|profile|origin|sample-clips|secret|token|measure-audio))\.ts$/,
    priority: 3,
  },
  {
    name: 'command-line',
    test: /commander[\\/]|src[\\/](program|arguments|help|usage-errors|execute|core[\\/].*|commands[\\/](index|define|options|globals|target|key-file|network-errors|store-errors|token-options)|api[\\/]deadline|terminal[\\/](text|render|style|wrap|reporter))\.ts$/,
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
  plugins: [commanderOnDemand, confWithoutExtras],
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
