// Makes vstoken one executable for this system, which needs no Node.js: binary/SYSTEM/vstoken, with the licences of what is in it.
// https://nodejs.org/api/single-executable-applications.html

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { loadConfig } from 'rolldown/config';
import { installNode } from './install-node.mjs';

const ROOT = join(import.meta.dirname, '../..');
const CONFIG = join(import.meta.dirname, 'rolldown.config.ts');
const system = `${process.platform}-${process.arch}`;
const folder = join(ROOT, 'binary', system);
const file = join(folder, process.platform === 'win32' ? 'vstoken.exe' : 'vstoken');

const [bundle, client] = await loadConfig(CONFIG);
await build(bundle);
await build(client);
const { dir } = bundle.output;
const main = join(dir, bundle.output.entryFileNames);

/** Under the paths that they have in the package. */
const assets = {
  'assets/clip.json': join(ROOT, 'assets/clip.json'),
  'dist/browser/index.mjs': join(client.output.dir, 'browser/index.mjs'),
};
const EXAMPLE = 'examples/browser';
for (const name of readdirSync(join(ROOT, EXAMPLE))) {
  assets[`${EXAMPLE}/${name}`] = join(ROOT, EXAMPLE, name);
}

const node = installNode(join(ROOT, 'node_modules/.cache/node'));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const settings = join(dir, 'settings.json');
writeFileSync(
  settings,
  JSON.stringify({
    main,
    output: file,
    disableExperimentalSEAWarning: true,
    // Without it, most of the time of a short command would be the compiling of all that the program is.
    useCodeCache: true,
    // NODE_OPTIONS of an environment could load code that sees the API key.
    execArgvExtension: 'none',
    assets,
  }),
);
execFileSync(node.file, ['--build-sea', settings], { stdio: ['ignore', 'ignore', 'inherit'] });
// Apple's processors run signed code alone, and the signature of Node.js was for another content.
if (process.platform === 'darwin') execFileSync('codesign', ['--sign', '-', '--force', file]);

copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
const notices = [join(dir, 'licenses.txt'), node.licence].map((path) => readFileSync(path, 'utf8'));
writeFileSync(join(folder, 'licenses.txt'), notices.join('\n'));
process.stdout.write(`${file}\n`);
