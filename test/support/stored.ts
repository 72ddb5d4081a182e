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

/** A folder for settings that is gone when the tests are. */
export function newConfigDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-config-'));
  folders.push(folder);
  return folder;
}

export const configFile = (folder: string) => join(folder, 'config.json');

/** What the settings file holds, as JSON. */
export function storedIn(folder: string) {
  return JSON.parse(readFileSync(configFile(folder), 'utf8'));
}

/** The entry of a key in plain text. */
export function plaintextProfile(key: string, origin: string) {
  return {
    store: 'plaintext',
    origin,
    fingerprint: fingerprintOf(secret(key)),
    created_at: '2026-11-01T00:00:00.000Z',
    key,
  };
}

/** A folder with keys in plain text, for a server, the first being in use; a new one unless one is given, which is emptied. */
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
