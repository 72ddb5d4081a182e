import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEachFile } from '../../support/cleanup';
import { newConfigDir } from '../../support/stored';
import { type Result, ROOT, start } from './run-binary';

const folders: string[] = [];
afterEachFile(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

export const KEYRING = '@napi-rs/keyring';

/** Creates a folder, and returns functions that put copies of the program and fake packages into it. */
export function newInstallation() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'vstoken-install-')));
  folders.push(base);
  const log = join(base, 'log');
  const at = (...path: readonly string[]) => join(base, ...path);

  /** Copies the built program to a path below the folder. */
  function program(path: string): string {
    const root = at(path);
    mkdirSync(root, { recursive: true });
    for (const name of ['bin', 'dist', 'package.json'])
      cpSync(join(ROOT, name), join(root, name), { recursive: true });
    return root;
  }

  /** Creates a package with a manifest and files. Returns the path of the package. */
  function put(path: string, manifest: object, files: Readonly<Record<string, string>>): string {
    const root = at(path);
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, 'package.json'), JSON.stringify({ version: '2.1.2', ...manifest }));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    return root;
  }

  return {
    at,
    program,
    put,
    /** Creates a fake keychain package at `path`. By default, the fake writes the key to the file `log` instead of a keychain. */
    keyring: (path: string, code = keychainIn(log)) =>
      put(path, { main: 'index.js' }, { 'index.js': code }),
    link(path: string, to: string) {
      mkdirSync(dirname(at(path)), { recursive: true });
      symlinkSync(at(to), at(path));
    },
    /**
     * Returns the content of `log`, the file to which the fake keychain package writes the key. Empty if no key is stored. Null
     * if the fake package was never loaded.
     */
    given: () => (existsSync(log) ? readFileSync(log, 'utf8') : null),
    log,
  };
}

/**
 * Returns the source of a fake keychain package. It has no keychain: it writes the key to the file `log`. When the package is
 * loaded, it creates this file, so a test can see whether it was loaded.
 */
export const keychainIn = (log: string) => `
  const fs = require('node:fs');
  const log = ${JSON.stringify(log)};
  if (!fs.existsSync(log)) fs.writeFileSync(log, '');
  exports.Entry = class {
    setPassword(secret) { fs.writeFileSync(log, secret); }
    getPassword() { return fs.readFileSync(log, 'utf8') || null; }
    deleteCredential() { fs.writeFileSync(log, ''); }
  };
`;

/** Runs `vstoken login` with the program at `root`. It stores the key in the keychain. */
export function logInWith(root: string, key: string): Promise<Result> {
  const words = [
    join(root, 'bin/vstoken.js'),
    'login',
    '--with-key',
    '--no-verify',
    '--store',
    'keychain',
    '--json',
  ];
  const env = { VOCALSTACK_CONFIG_DIR: newConfigDir() };
  return start(process.execPath, words, { env, stdin: key }).done;
}
