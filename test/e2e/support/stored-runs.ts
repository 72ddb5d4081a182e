import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plaintextProfile } from '../../support/stored';
import { type Run, wordsOf } from './exit-runs';

export const ORIGIN = 'http://127.0.0.1:9';

/** Returns the text of a settings file with one profile. */
export function settingsWith(profile: object): string {
  const { key: _key, ...about } = plaintextProfile('a-key', ORIGIN);
  const profiles = { default: { ...about, ...profile } };
  return JSON.stringify({ version: 1, settings: {}, profile: 'default', profiles });
}

const nothing = Buffer.alloc(16).toString('base64');
export const IN_KEYCHAIN = settingsWith({ store: 'keychain', account: 'none' });
export const SEALED = settingsWith({
  store: 'passphrase',
  sealed: {
    v: 1,
    kdf: 'scrypt',
    n: 2,
    r: 8,
    p: 1,
    salt: nothing,
    iv: 'AA==',
    tag: nothing,
    data: 'AA==',
  },
});
export const PLAINTEXT = settingsWith({ store: 'plaintext', key: 'a-key' });

/** Runs a command with a settings file of the given content and mode. */
export const withSettings =
  (content: string, args: readonly string[] = [], env = {}, mode = 0o600): Run =>
  (command, { folder, runLine }) => {
    const configDir = mkdtempSync(join(folder, 'config-'));
    writeFileSync(join(configDir, 'config.json'), content, { mode });
    return runLine(wordsOf(command, args), {
      env: { VOCALSTACK_CONFIG_DIR: configDir, ...env },
    });
  };

/** Runs a command. At the path of its settings folder there is a file instead of a folder. */
export const withoutFolder =
  (args: readonly string[] = [], stdin = ''): Run =>
  (command, { folder, runLine }) => {
    const path = join(mkdtempSync(join(folder, 'no-folder-')), 'file');
    writeFileSync(path, '');
    const env = { VOCALSTACK_CONFIG_DIR: path };
    return runLine(wordsOf(command, args), { env, stdin });
  };

/** Runs a login with a key from a pipe. With `impossible`, the settings folder cannot be created. */
export const loggingIn =
  (args: readonly string[], where: 'impossible' | 'anywhere', stdin = 'a-key'): Run =>
  (command, { folder, runLine }) => {
    const base = mkdtempSync(join(folder, 'login-'));
    // Not even root can create a folder in /proc.
    const configDir = where === 'anywhere' ? base : '/proc/vstoken';
    const env = { VOCALSTACK_CONFIG_DIR: configDir, VOCALSTACK_API_SERVER: ORIGIN };
    return runLine([command, '--with-key', '--json', ...args], { env, stdin });
  };
