import { CliError } from '../core/errors';
import { findProfile } from '../core/profile';
import type { Secret } from '../core/secret';
import type { Profile, StoredConfig } from '../core/stored-config';
import type { KeyStore, Place } from '../store/key-store';
import type { CommandContext } from './define';
import { createPassphraseSource } from './passphrase';

/**
 * Keeps a key and makes its profile point to it. Until the settings say so, the key that was there before is the one that
 * counts; it is removed after. If the settings cannot be written, nothing has changed.
 * @throws CliError the store's codes, and those of writing the settings
 */
export async function saveProfile(
  context: CommandContext,
  store: KeyStore,
  place: Place,
  key: Secret,
  about: Omit<Profile, 'account' | 'sealed' | 'key'>,
  change: (config: StoredConfig) => StoredConfig = (config) => config,
): Promise<StoredConfig> {
  const { vault } = context;
  const kept = await store.keep(place, key);
  let replaced: Profile | undefined;
  let after: StoredConfig;
  try {
    after = await vault.update((current) => {
      const config = change(current);
      replaced = findProfile(config, place.profile);
      const isAnyInUse = findProfile(config, config.profile) !== undefined;
      return {
        ...config,
        profile: isAnyInUse ? config.profile : place.profile,
        profiles: { ...config.profiles, [place.profile]: { ...about, ...kept } },
      };
    });
    await requireSaved(context, place, kept);
  } catch (error) {
    await store
      .remove(kept)
      .catch(() =>
        context.notes.warn(`The key is still in the ${store.kind}, under the name vstoken.`),
      );
    throw error;
  }
  if (replaced) {
    await removeKept(context, replaced).catch(() =>
      context.notes.note('The key that was there before could not be removed from its store.'),
    );
  }
  return after;
}

/** What is kept of a profile outside the settings. @throws CliError the store's codes */
export async function removeKept(context: CommandContext, profile: Profile): Promise<void> {
  const store = await context.vault.open(profile.store, createPassphraseSource(context));
  await store.remove(profile);
}

async function requireSaved(
  { vault }: CommandContext,
  { profile }: Place,
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
