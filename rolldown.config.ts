import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/**
 * Chunks take from each other by plain properties where what is taken never changes: a getter for each is a function to compile
 * and to make at every start. And a chunk makes the objects that its dynamic imports give by itself, instead of loading the
 * bundler's helpers for it.
 */
const plainExports: Plugin = {
  name: 'plain-exports',
  renderChunk(code) {
    const getter =
      /Object\.defineProperty\(exports, "([\w$]+)", \{\s*enumerable: true,\s*get: function \(\) \{\s*return ([\w$]+);\s*\}\s*\}\);/g;
    const namespace =
      /(?<=^var [\w$]+_exports = )\/\* @__PURE__ \*\/ require_rolldown_runtime\.\w+\((\{[^}]*\})\)/gm;
    const plain = code
      .replace(getter, (whole, name: string, local: string) =>
        isSetOnce(code, local) ? `exports.${name} = ${local};` : whole,
      )
      .replace(namespace, (_whole, members: string) => {
        const getters = members.replace(/([\w$]+): \(\) => ([\w$]+)/g, 'get $1() { return $2; }');
        if (getters.includes('=>')) throw new Error('a namespace is written in another way now');
        return getters;
      });
    const helpers = /^const require_rolldown_runtime = require\(.*\);\n/m;
    const needsHelpers = plain.replace(helpers, '').includes('require_rolldown_runtime');
    return needsHelpers ? plain : plain.replace(helpers, '');
  },
};

function isSetOnce(code: string, local: string): boolean {
  const name = local.replaceAll('$', '\\$');
  if (new RegExp(`^const ${name} =`, 'm').test(code)) return true;
  const declaration = `^(var ${name} = \\{|(async )?function\\*? ${name}\\(|class ${name} )`;
  const assignments = code.match(new RegExp(`(?<![\\w$.])${name} =(?!=)`, 'g')) ?? [];
  const ownAssignments = code.match(new RegExp(`^var ${name} =`, 'gm')) ?? [];
  return new RegExp(declaration, 'm').test(code) && assignments.length === ownAssignments.length;
}

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

/** A chunk of some of the files of `src`, and of a package whose files nothing else takes. */
const chunk = (name: string, paths: string, packageName?: string) => {
  const files = paths.split(/\s+/).map((path) => join(import.meta.dirname, 'src', `${path}.ts`));
  const missing = files.find((file) => !existsSync(file));
  if (missing) throw new Error(`the chunk ${name} names ${missing}, which is not there`);
  const folder = packageName && join('node_modules', packageName, '/');
  const test = (id: string) => files.includes(id) || (!!folder && id.includes(folder));
  return { name, test };
};

/**
 * A file more costs a mint a sixtieth of its time, and code that it does not run costs, too. So what is taken together stands
 * together: what the program and the library share, what every command takes and a mint in particular, and what only some take.
 */
const chunks = [
  chunk(
    'base',
    `system/clock system/load-http
    core/api-key core/errors core/iso-time core/measure-audio core/nearest core/origin network/proxy-variables core/sample-clips
    core/secret core/token core/transcript
    network/answer-errors network/connection-rules api/create-api network/deadline network/http api/protocol api/rest api/retry network/route
    api/tokens api/transcriptions api/version-number api/wire`,
  ),
  chunk(
    'command-line',
    `cli/program cli/command-line cli/arguments cli/execute terminal/text terminal/style terminal/wrap terminal/reporter terminal/step-line
    core/duration core/github-step core/key-source core/language core/lifetime core/or-stop core/quote core/sdk-package
    core/words cli/client-option cli/define cli/globals commands/index credentials/key-file commands/mint/mint
    commands/mint/advice credentials/mint-one commands/mint/options commands/mint/run commands/mint/values
    cli/name-option cli/common-errors credentials/note-tokens credentials/open-api cli/options commands/mint/own-deadline
    reports/files cli/report-option credentials/errors credentials/open-target credentials/target cli/token-options store/safe-file`,
  ),
  chunk('cli/parser', 'cli/parser cli/help cli/usage-errors', 'commander'),
  chunk(
    'vault',
    `credentials/stored-key credentials/passphrase terminal/ask core/settings core/config-file
    store/open-vault store/vault store/lock store/plaintext`,
  ),
  chunk(
    'ledger',
    'store/open-ledger store/ledger store/ledger-file core/ledger-lines',
    '@noble/hashes',
  ),
  chunk('cli/failure', 'cli/failure terminal/render-error'),
  chunk('answers', 'api/answers network/errors api/refusals api/retry-after api/versions'),
];

export default defineConfig({
  input: {
    entry: 'src/entry.ts',
    index: 'src/index.ts',
    'sandbox/index': 'src/sandbox/index.ts',
  },
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  plugins: [commanderAsModules, confWithoutExtras, plainExports, licenceNotices],
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
