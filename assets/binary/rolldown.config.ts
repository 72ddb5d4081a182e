import { readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';
import packageConfigs from '../../rolldown.config';
import { builtinModules } from '../builtin-modules';
import { licenceNotices } from '../licence-notices';

const ROOT = join(import.meta.dirname, '../..');
const [program = {}, page = {}] = packageConfigs;

/** The modules of src that the executable replaces with the files of the same name in this folder. */
const OTHERS = [
  'src/core/distribution.ts',
  'src/system/package-finder.ts',
  'src/system/page-files.ts',
];

/** Adapts modules and paths to the executable, where all code is one file. */
const places: Plugin = {
  name: 'places',
  resolveId: (id) => (id === '../dist/entry.js' ? join(ROOT, 'src/entry.ts') : null),
  load(id) {
    const path = relative(ROOT, id).replaceAll('\\', '/');
    if (OTHERS.includes(path)) {
      const file = join(import.meta.dirname, basename(path));
      return `export * from ${JSON.stringify(file)};`;
    }
    if (/^assets\/[\w-]+\.json$/.test(path)) {
      const text = `process.getBuiltinModule('node:sea').getAsset(${JSON.stringify(path)}, 'utf8')`;
      return { code: `export const { ${namesIn(id)} } = JSON.parse(${text});`, moduleType: 'js' };
    }
    // keychain.js searches for packages in the folder `ROOT`. In the npm package, this is the parent folder of bin/. In the
    // executable, it must be the folder of the executable.
    if (path === 'bin/keychain.js') return replaceOnce(id, 'dirname(__dirname)', '__dirname');
    return null;
  },
};

function namesIn(path: string): string {
  return Object.keys(JSON.parse(readFileSync(path, 'utf8'))).join(', ');
}

function replaceOnce(path: string, before: string, after: string): string {
  const parts = readFileSync(path, 'utf8').split(before);
  if (parts.length !== 2) throw new Error(`${path} must contain the text ${before} exactly once`);
  return parts.join(after);
}

const OUTPUT = join(ROOT, 'node_modules/.cache/binary');

const executable = defineConfig({
  ...program,
  input: join(import.meta.dirname, 'main.cjs'),
  plugins: [places, program.plugins, builtinModules, licenceNotices].slice(0, 2),
  output: {
    dir: OUTPUT,
    format: 'cjs',
    cleanDir: true,
    codeSplitting: false,
    minify: true,
    entryFileNames: 'main.js',
  },
});

/** The module that the page of `serve --page` uses to get tokens. It is the same as in the npm package. */
const client = defineConfig({ ...page, output: { ...page.output, dir: OUTPUT } });

export default [executable, client];
