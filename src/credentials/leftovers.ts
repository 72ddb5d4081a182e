import type { Profile, StoredConfig } from '../core/stored-config';
import { createPassphraseSource } from './passphrase';
import type { TargetContext } from './target';

/** Notes a keychain entry in the settings before it is created, or before its profile is removed or gets another entry. */
export function noteLeftover(
  config: StoredConfig,
  account: string | undefined,
  pid: number,
): StoredConfig {
  if (account === undefined) return config;
  return { ...config, leftovers: { ...config.leftovers, [account]: pid } };
}

/** Deletes the notes of entries that a profile now uses, or that were removed. */
export function forgetLeftovers(
  config: StoredConfig,
  accounts: readonly (string | undefined)[],
): StoredConfig {
  const left = Object.entries(config.leftovers).filter(([account]) => !accounts.includes(account));
  return { ...config, leftovers: Object.fromEntries(left) };
}

/**
 * Removes unused keychain entries of this process, and of processes that have ended.
 * @throws CliError of the keychain, or of writing the settings
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
  await vault.update((config) => forgetLeftovers(config, accounts));
}

/** Removes what a profile stores outside the settings. @throws CliError of the store */
export async function removeKept(context: TargetContext, profile: Profile): Promise<void> {
  if (profile.store === 'command') return;
  const store = await context.vault.open(profile.store, createPassphraseSource(context));
  await store.remove(profile);
}

/** Whether two profiles come from the same login. */
export function isSameProfile(one: Profile | undefined, other: Profile | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
