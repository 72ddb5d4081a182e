import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import Conf from 'conf';
import { configVersionOf, readConfig, unreadableConfig } from '../core/config-file';
import { parseJson } from '../core/parse-json';
import { SETTING_NAMES, type SettingName } from '../core/settings';
import { EMPTY_CONFIG, type StoredConfig } from '../core/stored-config';
import { codeOf } from '../core/system-reasons';
import { overwriteFile } from './overwrite';
import { unwritable } from './safe-file';

type JsonObject = Record<string, unknown>;

/**
 * Changes the settings file, using the npm package conf. The caller must have the lock: `renew` checks this.
 * @throws CliError `config_corrupt`, `config_unwritable`; the errors of `renew`
 */
export function changeConfig(
  path: string,
  change: (config: StoredConfig) => StoredConfig,
  renew: () => void,
): StoredConfig {
  const { conf, raw, config } = openConfig(path);
  const after = change(config);
  renew();
  const next: JsonObject = {
    ...raw,
    version: configVersionOf(after),
    ...after,
    settings: { ...unknownSettings(raw), ...after.settings },
  };
  if (isMountPoint(path)) {
    overwriteConfig(path, next);
    return after;
  }
  try {
    conf.store = next;
  } catch (cause) {
    // EBUSY means that the file is a mount point, but `isMountPoint` could not find that out. conf has already retried for a
    // second.
    if (codeOf(cause) === 'EBUSY') overwriteConfig(path, next);
    else throw unwritable(path, cause);
  }
  return after;
}

/**
 * Empties a settings file that cannot be removed. The caller must have the lock.
 * @throws CliError `config_unwritable`
 */
export function emptyConfig(path: string): void {
  overwriteConfig(path, { version: configVersionOf(EMPTY_CONFIG), ...EMPTY_CONFIG });
}

/**
 * Overwrites the settings file in place. Needed for a file that is mounted into a container, because such a file cannot be
 * replaced.
 * @throws CliError `config_unwritable`, after restoring the old content
 */
function overwriteConfig(path: string, config: JsonObject): void {
  const before = readFileSync(path);
  // If the old content is longer, spaces follow the new text. So a reader without the lock never sees the end of the old content.
  const text = JSON.stringify(config, undefined, '\t');
  const room = before.length - Buffer.byteLength(text);
  try {
    overwriteFile(path, text + ' '.repeat(Math.max(0, room)));
    overwriteFile(path, text);
  } catch (cause) {
    try {
      overwriteFile(path, before);
    } catch {}
    throw unwritable(path, cause);
  }
}

/** Whether the path is a mount point. False on systems without /proc. */
function isMountPoint(path: string): boolean {
  try {
    const real = realpathSync(path);
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .some((line) => unescapeOctal(line.split(' ')[4] ?? '') === real);
  } catch {
    return false;
  }
}

/** Decodes characters such as spaces, which the kernel writes as octal numbers in the mount table. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}

/**
 * Reads the settings file with conf. Accepts the same content as `parseConfig`.
 * @throws CliError `config_corrupt`
 */
export function openConfig(path: string) {
  try {
    const conf = new Conf<JsonObject>({
      cwd: dirname(path),
      configName: basename(path, '.json'),
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      deserialize: (text) => {
        const value = parseJson(text);
        readConfig(value);
        return value as JsonObject;
      },
    });
    const raw = { ...conf.store };
    return { conf, raw, config: readConfig(raw) };
  } catch (cause) {
    throw unreadableConfig(path, cause);
  }
}

/** Returns the settings whose names this version of vstoken does not know, so that settings of a newer version are not lost. */
function unknownSettings({ settings }: JsonObject): JsonObject {
  const known: readonly string[] = SETTING_NAMES satisfies readonly SettingName[];
  return Object.fromEntries(
    Object.entries((settings ?? {}) as JsonObject).filter(([name]) => !known.includes(name)),
  );
}
