import type { Clock } from '../../src/context/clock';
import type { Ledger } from '../../src/context/ledger';
import type { Vault } from '../../src/context/vault';
import { CliError } from '../../src/core/errors';
import { createLedger } from '../../src/store/ledger';
import { createMemoryKeychain } from '../../src/store/memory';
import { whyOff } from '../../src/store/open-ledger';
import { createVault } from '../../src/store/vault';
import type { RunOptions } from './run';

/** A path where no folder exists, and where not even root can create one. */
const NOWHERE = '/proc/vstoken';

/**
 * Creates a vault (the access to settings and stored keys) with the program's own code, in a folder of the test. The keychain is
 * in memory, or there is no keychain.
 */
export function vaultFor(
  {
    configDir,
    keychain,
    home,
    owner,
  }: Pick<RunOptions, 'configDir' | 'keychain' | 'home' | 'owner'>,
  clock: Clock,
  signal: AbortSignal,
): Vault {
  let ids = 0;
  return createVault({
    ...{ folder: configDir ?? NOWHERE, base: home ?? configDir ?? NOWHERE },
    owner: owner === undefined ? process.geteuid?.() : (owner ?? undefined),
    clock,
    signal,
    pid: process.pid,
    space: () => '',
    // Real processes on Linux have ids up to 2 ** 22. In tests, an id of 2 ** 23 or more means a process that has ended.
    isAlive: (other) => other < 2 ** 23,
    randomId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    loadKeychain: async () => {
      const store = createMemoryKeychain(keychain);
      if (keychain) return store;
      return {
        ...store,
        async requireUsable() {
          throw new CliError('keychain_absent', 'There is no keychain here.');
        },
      };
    },
  });
}

/**
 * Creates a ledger (the list of minted tokens) with the program's own code, in a folder of the test. Without a folder, the ledger
 * records nothing.
 */
export function ledgerFor(
  { configDir, env = {}, home, owner }: Pick<RunOptions, 'configDir' | 'env' | 'home' | 'owner'>,
  clock: Clock,
  vault: Vault,
): Ledger {
  const ledger = createLedger({
    ...{ folder: configDir ?? NOWHERE, base: home ?? configDir ?? NOWHERE },
    owner: owner === undefined ? process.geteuid?.() : (owner ?? undefined),
    ...{ clock, pid: vault.pid, space: () => '', isAlive: vault.isAlive, randomId: () => 'id' },
    whyOff: () => whyOff(env, vault),
  });
  const nothing = () => undefined;
  if (configDir !== undefined) return ledger;
  return { ...ledger, minted: nothing, used: nothing, whyUnwritable: async () => null };
}
