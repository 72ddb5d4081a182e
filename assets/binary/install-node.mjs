import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MANIFEST = join(import.meta.dirname, 'node');
const FILES = ['package.json', 'package-lock.json'];

/**
 * Installs the Node.js that the executable will contain, from Node.js's npm package for this system. npm checks the integrity of
 * the package.
 * @param folder a cache folder; its content is replaced if the lock file has changed
 */
export function installNode(folder) {
  mkdirSync(folder, { recursive: true });
  const isSame = FILES.every(
    (name) => contentOf(join(folder, name)) === contentOf(join(MANIFEST, name)),
  );
  const modules = join(folder, 'node_modules');
  if (!isSame || !existsSync(modules)) {
    for (const name of FILES) copyFileSync(join(MANIFEST, name), join(folder, name));
    const options = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] };
    // A shell is necessary because npm is a script on Windows. No part of the command needs quotes.
    execFileSync('npm ci --ignore-scripts --no-audit --no-fund', { ...options, shell: true });
  }
  // There is only one folder that begins with `node-`, because npm installs only the package for this system.
  const [name] = readdirSync(modules).filter((each) => each.startsWith('node-'));
  if (!name) throw new Error(`No package has Node.js for ${process.platform} ${process.arch}.`);
  const binary = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  return { file: join(modules, name, binary), licence: join(modules, name, 'LICENSE') };
}

function contentOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
