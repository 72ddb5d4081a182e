import type { Profile, StoredConfig } from '../core/stored-config';
import { createPassphraseSource } from './passphrase';
import type { TargetContext } from './target';

/**
 * Adds a keychain entry to the leftovers. The leftovers are a list, in the settings file, of the keychain entries that perhaps no
 * profile uses. Called before the entry is created, and before the profile that uses the entry is removed or gets another entry.
 * Reason: if this process is then killed, a later process finds the entry in the list and removes it from the keychain.
 */
export function withLeftover(
  config: StoredConfig,
  account: string | undefined,
  pid: number,
): StoredConfig {
  if (account === undefined) return config;
  return { ...config, leftovers: { ...config.leftovers, [account]: pid } };
}

/**
 * Removes keychain entries from the leftovers. The leftovers are a list, in the settings file, of the keychain entries that
 * perhaps no profile uses. Called when a profile uses the entries, or when the entries were removed from the keychain.
 */
export function withoutLeftovers(
  config: StoredConfig,
  accounts: readonly (string | undefined)[],
): StoredConfig {
  const left = Object.entries(config.leftovers).filter(([account]) => !accounts.includes(account));
  return { ...config, leftovers: Object.fromEntries(left) };
}

/**
 * Removes keychain entries that no profile uses. The settings list these entries as leftovers. Leftovers of another process are
 * removed only if that process has ended, because a running process may still need them.
 * @throws CliError if the keychain fails or the settings cannot be written
 */
export async function removeLeftovers(context: TargetContext): Promise<void> {
  const { vault } = context;
  const { leftovers } = await vault.read();
  const accounts = Object.keys(leftovers).filter((account) => {
    const pid = leftovers[account] ?? vault.pid;
    return pid === vault.pid || !vault.isAlive(pid);
  });
  if (accounts.length === 0) return;
  const keychain = await vault.open('keychain', createPassphraseSource(context));
  for (const account of accounts) await keychain.remove({ account });
  await vault.update((config) => withoutLeftovers(config, accounts));
}

/**
 * Removes the data that the store of a profile keeps outside the settings file, such as a keychain entry.
 * @throws CliError if the store fails
 */
export async function removeStoredKey(context: TargetContext, profile: Profile): Promise<void> {
  if (profile.store === 'command') return;
  const store = await context.vault.open(profile.store, createPassphraseSource(context));
  await store.remove(profile);
}

/**
 * Whether a profile did not change between two reads of the settings file. If it changed, another process has written the file.
 */
export function isSameProfile(one: Profile | undefined, other: Profile | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
