import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';

/**
 * Commander's files as modules: as CommonJS each is wrapped in a function, and what is in it compiled twice. Child processes,
 * files and paths are for executable subcommands, which this program has none of.
 */
const commanderAsModules = {
  name: 'commander-as-modules',
  load: {
    filter: { id: /commander[\\/]esm\.mjs$/ },
    handler: () => `
      export { Command } from './lib/command.js';
      export { CommanderError } from './lib/error.js';
      export { Option } from './lib/option.js';`,
  },
  transform: {
    filter: { id: /commander[\\/]lib[\\/]\w+\.js$/ },
    handler(code: string) {
      const module = code
        .replace(/^const (childProcess|fs|path) = require\('node:\w+'\);$/gm, 'const $1 = {};')
        .replace("const process = require('node:process');", '')
        .replace(/^const (\w+) = require\(('[^']+')\)\.\1;$/gm, 'import { $1 } from $2;')
        .replace(/^const (\w+|\{[^}]+\}) = require\(('[^']+')\);$/gm, 'import $1 from $2;')
        .replace(/^exports\.(\w+) = \1;/gm, 'export { $1 };');
      if (/\brequire\(|\bexports\./.test(module.replace(/^\s*(\*|\/\/).*$/gm, ''))) {
        throw new Error('commander is written in another way now');
      }
      return module;
    },
  },
};

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
  transform: {
    filter: { id: /node_modules[\\/]conf[\\/]dist[\\/]source[\\/]index\.js$/ },
    handler(code: string) {
      // In a terminal that came as a snap it would write in place, and a killed writer would lose every key.
      if (!code.includes('process.env.SNAP')) throw new Error('conf no longer asks for SNAP');
      return code.replace('process.env.SNAP', 'false');
    },
  },
};

/** The licences of what is in the bundle go with it, as they ask for. */
const licenceNotices: Plugin = {
  name: 'licence-notices',
  generateBundle(_options, bundle) {
    const folders = Object.values(bundle)
      .flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
      .map((id) => /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0])
      .filter((folder) => folder !== undefined);
    const notices = [...new Set(folders)].map(noticeOf).sort();
    this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: notices.join('\n') });
  },
};

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (!file || typeof license !== 'string') throw new Error(`${name} comes without its licence`);
  const text = readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version} (${license})\n\n${text}\n\n${'-'.repeat(72)}\n`;
}

/**
 * Opening a file costs more than reading it: what the library shares is one chunk, what every command needs is one, and
 * what a request needs another.
 */
const chunks = [
  {
    name: 'vault',
    test: /src[\\/](commands[\\/](stored-key|passphrase|ask)|store[\\/](open-vault|vault|lock|plaintext)|core[\\/](settings|stored-config))\.ts$/,
    priority: 4,
  },
  {
    name: 'ledger',
    test: /@noble[\\/]|src[\\/](store[\\/](open-ledger|ledger|ledger-file)|core[\\/]ledger-lines)\.ts$/,
    priority: 4,
  },
  {
    name: 'base',
    test: /src[\\/](context|clock|terminal[\\/](io|is-terminal)|api[\\/]deadline|core[\\/](errors|api-key|config-folder|empty-config|profile|origin|sample-clips|secret|token|transcript|measure-audio|nearest))\.ts$/,
    priority: 3,
  },
  {
    name: 'parser',
    test: /commander[\\/]|src[\\/](parser|help|usage-errors)\.ts$/,
    priority: 3,
  },
  {
    name: 'command-line',
    test: /src[\\/](program|command-line|arguments|execute|core[\\/](?!proxy|no-proxy|(engines|promises|loopback-server|gate|silence)\.)[\w-]+|commands[\\/](index|define|options|globals|target|key-file|network-errors|store-errors|token-options|mint-values|client-option)|store[\\/]safe-file|terminal[\\/](text|render|style|wrap|reporter))\.ts$/,
    priority: 2,
  },
  {
    name: 'request',
    test: /src[\\/](core[\\/]proxy-variables|commands[\\/](open-api|note-tokens|mint-one)|api[\\/](create-api|connection-rules|rest|retry|tokens|transcriptions|protocol|versions|answers|refusals|wire|network-errors|http|route))\.ts$/,
    priority: 1,
  },
];

export default defineConfig({
  input: {
    entry: 'src/entry.ts',
    index: 'src/index.ts',
    'sandbox/index': 'src/sandbox/index.ts',
  },
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  plugins: [commanderAsModules, confWithoutExtras, licenceNotices],
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
