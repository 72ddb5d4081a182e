import type { Environment } from '../core/environment';
import {
  KEY_COMMAND_VARIABLE,
  KEY_FILE_VARIABLE,
  KEY_VARIABLE,
  PROFILE_VARIABLE,
} from '../core/key-source';
import { programOf } from '../core/split-command';
import type { StoredConfig } from '../core/stored-config';
import { findProfile } from '../core/stored-config';

export interface SourceRow {
  /** The source as users know it: `--profile`, the name of a variable such as `VOCALSTACK_API_KEY`, or `profile in use`. */
  readonly source: string;
  /** `used`: the first source that is set. `shadowed`: the source is set, but an earlier source is used. */
  readonly state: 'used' | 'shadowed' | 'unset';
  /**
   * Describes the value without secrets, for example `a file`. The detail of an empty variable is `empty`. Null if the source is
   * not set.
   */
  readonly detail: string | null;
}

/** Lists all sources of the API key, the highest priority first. The first source that is set is used. */
export function listSources(
  flag: string | undefined,
  env: Environment,
  config: StoredConfig,
): readonly SourceRow[] {
  const active = findProfile(config, config.profile);
  const given: readonly (readonly [source: string, detail: string | undefined])[] = [
    ['--profile', flag && describeProfile(flag, config)],
    [KEY_VARIABLE, env[KEY_VARIABLE] && 'a key'],
    [KEY_FILE_VARIABLE, env[KEY_FILE_VARIABLE] && 'a file'],
    [KEY_COMMAND_VARIABLE, env[KEY_COMMAND_VARIABLE] && nameCommand(env[KEY_COMMAND_VARIABLE])],
    [PROFILE_VARIABLE, env[PROFILE_VARIABLE] && describeProfile(env[PROFILE_VARIABLE], config)],
    ['profile in use', active && describeProfile(config.profile, config)],
  ];
  const winner = given.findIndex(([, detail]) => detail);
  return given.map(([source, detail], index): SourceRow => {
    const empty = env[source] === '' ? 'empty' : null;
    if (!detail) return { source, state: 'unset', detail: empty };
    return { source, state: index === winner ? 'used' : 'shadowed', detail };
  });
}

function describeProfile(name: string, config: StoredConfig): string {
  const profile = findProfile(config, name);
  if (!profile) return 'an unknown profile';
  const { store, command } = profile;
  return `profile ${name}, ${command === undefined ? store : nameCommand(command)}`;
}

/** Describes a key command for a list of sources. Leaves out the arguments of the command, because they may be secret. */
function nameCommand(text: string): string {
  const program = programOf(text);
  return program === null ? 'a command' : `the command ${program}`;
}
