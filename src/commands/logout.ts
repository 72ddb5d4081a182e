import { CliError, toCliError } from '../core/errors';
import { storedKey } from '../core/key-source';
import { findProfile } from '../core/profile';
import type { Profile, StoredConfig } from '../core/stored-config';
import { type CommandContext, defineCommand } from './define';
import { namedProfile } from './named-profile';
import { flag } from './options';
import { removeKept } from './save-profile';
import { CONFIG_WRITE_ERRORS, KEY_STORE_ERRORS } from './store-errors';

/** What was removed, as `--json` prints it. */
interface LogoutDocument {
  /** The names of the profiles that are gone. */
  readonly removed: readonly string[];
  /** Whether the settings were damaged, and were removed as a whole. */
  readonly settings_removed: boolean;
}

export const logout = defineCommand({
  name: 'logout',
  summary: 'remove a stored API key',
  description:
    'Removes the key of the profile in use, or of the one that is named, from every place where it is kept. The key itself stays valid at the service.',
  options: { all: flag('--all', 'remove every stored key') },
  examples: [
    { about: 'the key in use', line: 'vstoken logout' },
    { about: 'another one', line: 'vstoken logout --profile staging' },
    { about: 'all of them, in a script', line: 'vstoken logout --all --json --quiet' },
    {
      about: 'without waiting for a keychain',
      line: 'vstoken logout --timeout 5s --verbose --no-color',
    },
  ],
  errors: [
    'conflicting_options',
    ...CONFIG_WRITE_ERRORS,
    ...KEY_STORE_ERRORS.filter((code) => code.startsWith('keychain') || code === 'unknown_profile'),
    'timeout',
  ],
  json: '{"removed": [profile, ...], "settings_removed"}',
  reach: ['profile'],
  timeoutMs: 30_000,

  check({ all }, globals) {
    if (all && globals.profile !== undefined) {
      throw new CliError('conflicting_options', '--all excludes --profile.');
    }
    return { json: globals.json };
  },

  async run(context, { all }) {
    const { vault } = context;
    const named = all ? undefined : namedProfile(context.globals, context.env);
    const config = await vault.read().catch((thrown: unknown) => {
      const error = toCliError(thrown);
      // To one that is named, nothing may happen to the others.
      if (error.code !== 'config_corrupt' || named !== undefined) throw error;
      return null;
    });
    if (config === null) return { data: await discardSettings(context) };
    const names = all ? Object.keys(config.profiles) : chosenProfile(named, config);
    for (const name of names) await removeProfile(context, name, findProfile(config, name));
    await vault.tidy();
    return { data: { removed: names, settings_removed: false } };
  },

  render({ removed, settings_removed }: LogoutDocument) {
    if (settings_removed)
      return 'The settings were damaged, and were removed with all that was in them.\n';
    if (removed.length === 0) return 'There was no key to remove.\n';
    return `Logged out: ${removed.join(', ')}.\n`;
  },
});

/** Nothing stored is no error; a name that is none of those stored is. @throws CliError `unknown_profile` */
function chosenProfile(named: string | undefined, config: StoredConfig): readonly string[] {
  if (Object.keys(config.profiles).length === 0) return [];
  if (named !== undefined) return [storedKey(named, config).name];
  return findProfile(config, config.profile) ? [config.profile] : [];
}

/** Its key first: a profile that is gone from the settings could not be found again. */
async function removeProfile(
  context: CommandContext,
  name: string,
  profile: Profile | undefined,
): Promise<void> {
  if (!profile) return;
  await removeKept(context, profile);
  await context.vault.update((config) => {
    const { [name]: _removed, ...profiles } = config.profiles;
    const [next = config.profile] = Object.keys(profiles);
    return { ...config, profiles, profile: config.profile === name ? next : config.profile };
  });
  context.vault.moveUse(name, null);
}

/** A damaged file may still hold a key. */
async function discardSettings(context: CommandContext): Promise<LogoutDocument> {
  await context.vault.discard();
  context.notes.note(
    'Which keys were in a keychain could not be read any more. They are found there under the name vstoken.',
  );
  return { removed: [], settings_removed: true };
}
