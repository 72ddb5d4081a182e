// Builds the executable for this system, which contains Node.js, into binary/SYSTEM/vstoken, with the licences of its parts.
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

/** The assets have the same paths as in the package. */
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
    // NODE_OPTIONS could load code that sees the API key, so it is ignored.
    execArgvExtension: 'none',
    assets,
  }),
);
execFileSync(node.file, ['--build-sea', settings], { stdio: ['ignore', 'ignore', 'inherit'] });
// macOS on Apple's processors runs only signed code, and the signature of Node.js no longer matches the changed file.
if (process.platform === 'darwin') execFileSync('codesign', ['--sign', '-', '--force', file]);

copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
const notices = [join(dir, 'licenses.txt'), node.licence].map((path) => readFileSync(path, 'utf8'));
writeFileSync(join(folder, 'licenses.txt'), notices.join('\n'));
process.stdout.write(`${file}\n`);
