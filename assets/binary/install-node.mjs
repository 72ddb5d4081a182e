import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MANIFEST = join(import.meta.dirname, 'node');
const FILES = ['package.json', 'package-lock.json'];

/**
 * The Node.js that is put into the executable: npm takes it from the package for this system, and checks its integrity.
 * @param folder where it is kept; what is there of another lock file is replaced
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
    // npm is a script on Windows, which only a shell runs. There is nothing in the line to quote.
    execFileSync('npm ci --ignore-scripts --no-audit --no-fund', { ...options, shell: true });
  }
  // One alone is for this system.
  const [name] = readdirSync(modules).filter((each) => each.startsWith('node-'));
  if (!name) throw new Error(`No package has Node.js for ${process.platform} ${process.arch}.`);
  const binary = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  return { file: join(modules, name, binary), licence: join(modules, name, 'LICENSE') };
}

function contentOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
