import { basename, dirname } from 'node:path';
import Conf from 'conf';
import { CONFIG_VERSION, readConfig, unreadableConfig } from '../core/config-file';
import { parseJson } from '../core/parse-json';
import { SETTING_NAMES, type SettingName } from '../core/settings';
import type { StoredConfig } from '../core/stored-config';
import { unwritable } from './safe-file';

type Raw = Record<string, unknown>;

/**
 * Replaces the settings file by a change of it, through conf. The caller holds the lock, and `renew` makes sure of that.
 * @throws CliError `config_corrupt`, `config_unwritable`; what `renew` throws
 */
export function changeConfig(
  path: string,
  change: (config: StoredConfig) => StoredConfig,
  renew: () => void,
): StoredConfig {
  const { conf, raw, config } = openConfig(path);
  const after = change(config);
  renew();
  try {
    conf.store = {
      ...raw,
      version: CONFIG_VERSION,
      ...after,
      settings: { ...unknownSettings(raw), ...after.settings },
    };
  } catch (cause) {
    throw unwritable(path, cause);
  }
  return after;
}

/** What conf makes of the file: the same as `parseConfig` makes of its text. @throws CliError `config_corrupt` */
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

/** Those of a later program stay as they are. */
function unknownSettings({ settings }: Raw): Raw {
  const known: readonly string[] = SETTING_NAMES satisfies readonly SettingName[];
  return Object.fromEntries(
    Object.entries((settings ?? {}) as Raw).filter(([name]) => !known.includes(name)),
  );
}
