import { type CommandContext, defineCommand } from '../../cli/define';
import { flag } from '../../cli/options';
import { CliError, toCliError } from '../../core/errors';
import { GIVING_VARIABLES, storedKey } from '../../core/key-source';
import type { Profile, StoredConfig } from '../../core/stored-config';
import { findProfile } from '../../core/stored-config';
import { CONFIG_WRITE_ERRORS, KEY_STORE_ERRORS } from '../../credentials/errors';
import { isSameProfile, removeLeftovers, removeStoredKey } from '../../credentials/leftovers';
import { namedProfile } from '../../credentials/named-profile';

/** The JSON of `vstoken logout`. */
interface LogoutDocument {
  readonly removed: readonly string[];
  /** The profile in use after the logout. Null if no profile remains. */
  readonly in_use: string | null;
  /** Whether the whole settings file was removed because it was damaged. */
  readonly settings_removed: boolean;
}

export const logout = defineCommand({
  name: 'logout',
  summary: 'remove a stored API key',
  description:
    'Removes the stored key of the profile in use, or of the profile that --profile names. The key itself stays valid at the service.',
  options: { all: flag('--all', 'remove every stored key') },
  examples: [
    { about: 'remove the key of the profile in use', line: 'vstoken logout' },
    { about: 'remove the key of another profile', line: 'vstoken logout --profile staging' },
    { about: 'remove all stored keys', line: 'vstoken logout --all' },
  ],
  errors: [
    'conflicting_options',
    ...CONFIG_WRITE_ERRORS,
    ...KEY_STORE_ERRORS.filter((code) => code.startsWith('keychain') || code === 'unknown_profile'),
    'timeout',
  ],
  json: {
    '--json': '{removed: string[], in_use: string | null, settings_removed: boolean}',
  },
  targetOptions: ['profile'],
  timeoutMs: 30_000,

  check({ all }, globals) {
    if (all && globals.profile !== undefined) {
      throw new CliError('conflicting_options', '--all cannot be used with --profile.');
    }
    return { json: globals.json };
  },

  async run(context, { all }) {
    const { vault, env, globals } = context;
    const named = all ? undefined : namedProfile(globals, env);
    const config = await vault.read().catch((thrown: unknown) => {
      if (all && toCliError(thrown).code === 'config_corrupt') return null;
      throw thrown;
    });
    if (config === null) return { data: await discardSettings(context) };
    const names = all ? Object.keys(config.profiles) : chosenProfile(named, config);
    const isAnythingStored = names.length > 0 || Object.keys(config.leftovers).length > 0;
    // Check that the settings are writable before a key is removed. Otherwise, a profile without a key could remain.
    if (isAnythingStored) await vault.requireWritable();
    await removeEach(context, names, config);
    await removeLeftovers(context);
    await vault.cleanUp();
    warnOfVariables(context);
    const { profile, profiles } = await vault.read();
    const inUse = Object.hasOwn(profiles, profile) ? profile : null;
    return { data: { removed: names, in_use: inUse, settings_removed: false } };
  },

  render(data: LogoutDocument, _options, page) {
    return linesOf(data)
      .map((line) => `${page.wrap(line, 0)}\n`)
      .join('');
  },
});

function linesOf({ removed, in_use, settings_removed }: LogoutDocument): readonly string[] {
  if (settings_removed)
    return ['The settings were damaged. They were removed, with all stored profiles.'];
  if (removed.length === 0) return ['Nothing to remove: no key is stored.'];
  const next = in_use === null ? [] : [`Profile in use: ${in_use}.`];
  return [`Logged out: ${removed.join(', ')}.`, ...next];
}

/**
 * Returns the names of the profiles to remove. Returns an empty list if no key is stored, which is not an error.
 * @throws CliError `unknown_profile` if the named profile does not exist
 */
function chosenProfile(named: string | undefined, config: StoredConfig): readonly string[] {
  if (Object.keys(config.profiles).length === 0) return [];
  if (named !== undefined) return [storedKey(named, config).name];
  return findProfile(config, config.profile) ? [config.profile] : [];
}

/**
 * Removes every key that can be removed.
 * @throws CliError the first error, if a key cannot be removed. Its message names all keys that are still stored.
 */
async function removeEach(
  context: CommandContext,
  names: readonly string[],
  config: StoredConfig,
): Promise<void> {
  const failures = new Map<string, CliError>();
  for (const name of names) {
    await removeProfile(context, name, findProfile(config, name)).catch((thrown: unknown) => {
      context.signal.throwIfAborted();
      failures.set(name, toCliError(thrown));
    });
  }
  const [first] = failures.values();
  if (!first || names.length === 1) {
    if (first) throw first;
    return;
  }
  const left = [...failures.keys()].join(', ');
  const gone = names.filter((name) => !failures.has(name)).join(', ') || 'none';
  throw new CliError(first.code, `${first.message} Still stored: ${left}. Removed: ${gone}.`, {
    hint: first.hint,
    cause: first,
  });
}

/** Removes the key before the profile, because the key cannot be found without the profile. */
async function removeProfile(
  context: CommandContext,
  name: string,
  profile: Profile | undefined,
): Promise<void> {
  if (!profile) return;
  await removeStoredKey(context, profile);
  await context.vault.update((config) => {
    // Another login may have replaced the key meanwhile. In that case, keep the new key.
    if (!isSameProfile(findProfile(config, name), profile)) return config;
    const { [name]: _removed, ...profiles } = config.profiles;
    const [next = config.profile] = Object.keys(profiles);
    return { ...config, profiles, profile: config.profile === name ? next : config.profile };
  });
  context.vault.moveUse(name, null);
}

/** Deletes the damaged settings file, because the file may still contain a key. */
async function discardSettings(context: CommandContext): Promise<LogoutDocument> {
  await context.vault.discard();
  context.notes.warn(
    'The settings were damaged, so vstoken does not know which keys are in a keychain. Look in the keychain for entries with the name vstoken.',
  );
  return { removed: [], in_use: null, settings_removed: true };
}

function warnOfVariables({ env, notes }: CommandContext): void {
  const set = GIVING_VARIABLES.find((name) => env[name]);
  if (set) notes.note(`${set} is still set, so vstoken still uses the key from this variable.`);
}
