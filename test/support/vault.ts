import { join } from 'node:path';
import type { Clock, Vault } from '../../src/context';
import { CliError } from '../../src/core/errors';
import { createMemoryKeychain } from '../../src/store/memory';
import { createVault } from '../../src/store/vault';
import type { RunOptions } from './run';

/** The real vault, in a folder of the test, with a keychain in memory or none. */
export function vaultFor(
  { configDir, keychain }: Pick<RunOptions, 'configDir' | 'keychain'>,
  clock: Clock,
  signal: AbortSignal,
): Vault {
  let ids = 0;
  return createVault({
    folder: configDir ?? join('/nonexistent', 'vstoken'),
    owner: process.geteuid?.(),
    clock,
    signal,
    pid: process.pid,
    // Above every number that Linux gives: a process that is gone.
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
