import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secret } from '../../src/core/secret';
import { fingerprintOf } from '../../src/store/fingerprint';
import { afterEachFile } from './cleanup';

const folders: string[] = [];
afterEachFile(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Creates a settings folder. It is removed after the tests of the test file. */
export function newConfigDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-config-'));
  folders.push(folder);
  return folder;
}

export const configFile = (folder: string) => join(folder, 'config.json');

/** Returns the parsed settings file of a settings folder. */
export function storedIn(folder: string) {
  return JSON.parse(readFileSync(configFile(folder), 'utf8'));
}

export function plaintextProfile(key: string, origin: string) {
  return {
    store: 'plaintext',
    origin,
    fingerprint: fingerprintOf(secret(key)),
    created_at: '2026-11-01T00:00:00.000Z',
    key,
  };
}

/**
 * Writes a settings folder with plain-text keys for a server. The first profile is the profile in use.
 * @param folder the settings folder, which is emptied first; default: a new folder
 */
export function configDirWith(
  server: { readonly url: string; readonly apiKey: string },
  names: readonly [string, ...string[]] = ['default'],
  settings: Readonly<Record<string, unknown>> = {},
  folder = newConfigDir(),
): string {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  const profiles = Object.fromEntries(
    names.map((name) => [name, plaintextProfile(server.apiKey, server.url)]),
  );
  const config = { version: 1, settings, profile: names[0], profiles };
  writeFileSync(configFile(folder), JSON.stringify(config), { mode: 0o600 });
  return folder;
}
