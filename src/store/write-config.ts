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

type Raw = Record<string, unknown>;

/**
 * Applies a change to the settings file through conf. The caller holds the lock, and `renew` checks that.
 * @throws CliError `config_corrupt`, `config_unwritable`; errors of `renew`
 */
export function changeConfig(
  path: string,
  change: (config: StoredConfig) => StoredConfig,
  renew: () => void,
): StoredConfig {
  const { conf, raw, config } = openConfig(path);
  const after = change(config);
  renew();
  const next: Raw = {
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
    // A mounted file on a system without /proc to detect it. conf has tried for a second.
    if (codeOf(cause) === 'EBUSY') overwriteConfig(path, next);
    else throw unwritable(path, cause);
  }
  return after;
}

/** Empties a settings file that cannot be removed. The caller holds the lock. @throws CliError `config_unwritable` */
export function emptyConfig(path: string): void {
  overwriteConfig(path, { version: configVersionOf(EMPTY_CONFIG), ...EMPTY_CONFIG });
}

/**
 * Overwrites the file in place, since it is mounted into a container by itself.
 * @throws CliError `config_unwritable`; then the old content is restored
 */
function overwriteConfig(path: string, config: Raw): void {
  const before = readFileSync(path);
  // Spaces are written at the end, so that a reader without the lock sees no rest of longer old content.
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

/** Decodes spaces and backslashes as the kernel writes them in the mount table. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}

/** Parses conf's content like `parseConfig` parses the file's text. @throws CliError `config_corrupt` */
export function openConfig(path: string) {
  try {
    const conf = new Conf<Raw>({
      cwd: dirname(path),
      configName: basename(path, '.json'),
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      deserialize: (text) => {
        const value = parseJson(text);
        readConfig(value);
        return value as Raw;
      },
    });
    const raw = { ...conf.store };
    return { conf, raw, config: readConfig(raw) };
  } catch (cause) {
    throw unreadableConfig(path, cause);
  }
}

/** Settings of a newer version of this program are kept. */
function unknownSettings({ settings }: Raw): Raw {
  const known: readonly string[] = SETTING_NAMES satisfies readonly SettingName[];
  return Object.fromEntries(
    Object.entries((settings ?? {}) as Raw).filter(([name]) => !known.includes(name)),
  );
}
