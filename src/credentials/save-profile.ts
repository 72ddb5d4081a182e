import type { KeyBinding, KeyStore } from '../context/vault';
import { CliError } from '../core/errors';
import type { Secret } from '../core/secret';
import type { Kept, Profile, StoredConfig } from '../core/stored-config';
import { findProfile } from '../core/stored-config';
import { noteLeftover, removeLeftovers, strikeLeftovers } from './leftovers';
import type { TargetContext } from './target';

type About = Omit<Profile, 'account' | 'sealed' | 'key' | 'command'>;
type Change = (config: StoredConfig) => StoredConfig;
const noChange: Change = (config) => config;

/**
 * Keeps a key and makes its profile point to it. Until the settings say so, the key that was there before is the one that
 * counts; it is removed after. If the settings cannot be written, nothing has changed. What a killed process leaves in the
 * keychain is noted in the settings.
 * @throws CliError the store's codes, and those of writing the settings
 */
export async function saveProfile(
  context: TargetContext,
  store: KeyStore,
  binding: KeyBinding,
  key: Secret,
  about: About,
  change: Change = noChange,
): Promise<StoredConfig> {
  const reserved = store.reserve(binding);
  const keep = () => store.keep(binding, key, reserved);
  const remove = (kept: Kept) => store.remove(kept);
  return saveEntry(context, binding, about, change, { reserved, keep, remove });
}

/**
 * The same for a command that prints the key, which is all that is kept.
 * @throws CliError those of writing the settings
 */
export async function saveCommand(
  context: TargetContext,
  binding: KeyBinding,
  command: string,
  about: Omit<About, 'store'>,
  change: Change = noChange,
): Promise<StoredConfig> {
  return saveEntry(context, binding, { ...about, store: 'command' }, change, {
    reserved: {},
    keep: async () => ({ command }),
    remove: async () => undefined,
  });
}

interface Keeping {
  readonly reserved: Kept;
  keep(): Promise<Kept>;
  remove(kept: Kept): Promise<void>;
}

async function saveEntry(
  context: TargetContext,
  binding: KeyBinding,
  about: About,
  change: Change,
  { reserved, keep, remove }: Keeping,
): Promise<StoredConfig> {
  const { vault, notes } = context;
  if (reserved.account !== undefined) {
    await vault.update((config) => noteLeftover(config, reserved.account, vault.pid));
  }
  let kept: Kept | undefined;
  try {
    kept = await keep();
    const entry = { ...about, ...kept };
    const after = await vault.update((current) => {
      const config = change(current);
      const { account } = findProfile(config, binding.profile) ?? {};
      const isAnyInUse = findProfile(config, config.profile) !== undefined;
      return {
        ...noteLeftover(strikeLeftovers(config, [reserved.account]), account, vault.pid),
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
    // What cannot be taken back now is noted, and removed by the next login or logout.
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
    'What was written to the settings is not there when it is read.',
    {
      hint: 'Another program may have changed the file meanwhile. Try again.',
    },
  );
}
