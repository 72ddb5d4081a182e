import type { Profile, StoredConfig } from '../core/stored-config';
import { createPassphraseSource } from './passphrase';
import type { TargetContext } from './target';

/** Notes an entry of the keychain before it is made, or before the profile that named it does so no longer. */
export function noteLeftover(
  config: StoredConfig,
  account: string | undefined,
  pid: number,
): StoredConfig {
  if (account === undefined) return config;
  return { ...config, leftovers: { ...config.leftovers, [account]: pid } };
}

/** Strikes out entries that a profile names now, or that are gone. */
export function strikeLeftovers(
  config: StoredConfig,
  accounts: readonly (string | undefined)[],
): StoredConfig {
  const left = Object.entries(config.leftovers).filter(([account]) => !accounts.includes(account));
  return { ...config, leftovers: Object.fromEntries(left) };
}

/**
 * Removes the entries of the keychain that this process, or one that is gone, has left there.
 * @throws CliError the keychain's codes, and those of writing the settings
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
  await vault.update((config) => strikeLeftovers(config, accounts));
}

/** What is kept of a profile outside the settings. @throws CliError the store's codes */
export async function removeKept(context: TargetContext, profile: Profile): Promise<void> {
  if (profile.store === 'command') return;
  const store = await context.vault.open(profile.store, createPassphraseSource(context));
  await store.remove(profile);
}

/** Whether two entries are of the same login. */
export function isSameProfile(one: Profile | undefined, other: Profile | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
