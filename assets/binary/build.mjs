// Builds the executable for this system: binary/SYSTEM/vstoken. It contains Node.js. The licences of all parts are written next
// to it.
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

/** The data files that the executable contains. The keys are the paths of the files in the npm package. */
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
    // Without a code cache, a short command would spend most of its time compiling the program.
    useCodeCache: true,
    // Makes the executable ignore NODE_OPTIONS, which could load code that sees the API key.
    execArgvExtension: 'none',
    assets,
  }),
);
execFileSync(node.file, ['--build-sea', settings], { stdio: ['ignore', 'ignore', 'inherit'] });
// The executable is signed again, because on Apple processors macOS runs only signed code. The signature of Node.js does not
// match the changed file.
if (process.platform === 'darwin') execFileSync('codesign', ['--sign', '-', '--force', file]);

copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
const notices = [join(dir, 'licenses.txt'), node.licence].map((path) => readFileSync(path, 'utf8'));
writeFileSync(join(folder, 'licenses.txt'), notices.join('\n'));
process.stdout.write(`${file}\n`);
