import type { KeyBinding, KeyStore } from '../context/vault';
import { CliError } from '../core/errors';
import type { Secret } from '../core/secret';
import type { KeyRecord, Profile, StoredConfig } from '../core/stored-config';
import { findProfile } from '../core/stored-config';
import { removeLeftovers, withLeftover, withoutLeftovers } from './leftovers';
import type { TargetContext } from './target';

type ProfileDetails = Omit<Profile, 'account' | 'sealed' | 'key' | 'command'>;
type Change = (config: StoredConfig) => StoredConfig;
const noChange: Change = (config) => config;

/**
 * Stores a key, writes its profile to the settings, then removes the earlier key of the profile. If writing the settings fails,
 * the earlier key stays in use. A keychain entry is listed in the settings before it is created. Reason: if this process is
 * killed, a later process can find and remove the entry.
 * @throws CliError if the store fails or the settings cannot be written
 */
export async function saveProfile(
  context: TargetContext,
  store: KeyStore,
  binding: KeyBinding,
  key: Secret,
  details: ProfileDetails,
  change: Change = noChange,
): Promise<StoredConfig> {
  const reserved = store.reserve(binding);
  const keep = () => store.keep(binding, key, reserved);
  const remove = (kept: KeyRecord) => store.remove(kept);
  return saveEntry(context, binding, details, change, { reserved, keep, remove });
}

/**
 * Saves a profile whose key comes from a command. Only the command is stored.
 * @throws CliError if the settings cannot be written
 */
export async function saveCommand(
  context: TargetContext,
  binding: KeyBinding,
  command: string,
  details: Omit<ProfileDetails, 'store'>,
  change: Change = noChange,
): Promise<StoredConfig> {
  return saveEntry(context, binding, { ...details, store: 'command' }, change, {
    reserved: {},
    keep: async () => ({ command }),
    remove: async () => undefined,
  });
}

interface EntryStore {
  readonly reserved: KeyRecord;
  keep(): Promise<KeyRecord>;
  remove(kept: KeyRecord): Promise<void>;
}

async function saveEntry(
  context: TargetContext,
  binding: KeyBinding,
  details: ProfileDetails,
  change: Change,
  { reserved, keep, remove }: EntryStore,
): Promise<StoredConfig> {
  const { vault, notes } = context;
  if (reserved.account !== undefined) {
    await vault.update((config) => withLeftover(config, reserved.account, vault.pid));
  }
  let kept: KeyRecord | undefined;
  try {
    kept = await keep();
    const entry = { ...details, ...kept };
    const after = await vault.update((current) => {
      const config = change(current);
      const { account } = findProfile(config, binding.profile) ?? {};
      const isAnyInUse = findProfile(config, config.profile) !== undefined;
      return {
        ...withLeftover(withoutLeftovers(config, [reserved.account]), account, vault.pid),
        profile: isAnyInUse ? config.profile : binding.profile,
        profiles: { ...config.profiles, [binding.profile]: entry },
      };
    });
    await requireSaved(context, binding, kept);
    await removeLeftovers(context).catch(() =>
      notes.warn('An earlier key is still in the keychain. To remove it later: vstoken logout'),
    );
    return after;
  } catch (error) {
    // If the new key cannot be removed, the next login or logout removes its keychain entry, because the settings list the entry.
    if (kept) await remove(kept).catch(() => undefined);
    throw error;
  }
}

async function requireSaved(
  { vault }: TargetContext,
  { profile }: KeyBinding,
  kept: Partial<Profile>,
): Promise<void> {
  const found = findProfile(await vault.read(), profile);
  const isSame = Object.entries(kept).every(
    ([name, value]) => JSON.stringify(found?.[name as keyof Profile]) === JSON.stringify(value),
  );
  if (found && isSame) return;
  throw new CliError(
    'config_unwritable',
    'The settings file does not contain what was just written to it.',
    {
      hint: 'Another program may have changed the file. Try again.',
    },
  );
}
