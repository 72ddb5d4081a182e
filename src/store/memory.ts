import type { KeyStore } from '../context/vault';
import { CliError } from '../core/errors';
import type { Secret } from '../core/secret';

/**
 * Creates a keychain in memory, for tests.
 * @param entries the initial content of the keychain
 */
export function createMemoryKeychain(entries: Map<string, Secret> = new Map()): KeyStore {
  let count = 0;
  return {
    kind: 'keychain',
    requireUsable: async () => undefined,
    reserve({ profile }) {
      count += 1;
      return { account: `${profile}-${entries.size}-${count}` };
    },
    async keep(_binding, key, { account = '' }) {
      entries.set(account, key);
      return { account };
    },
    async read({ profile }, { account = '' }) {
      const key = entries.get(account);
      if (key) return key;
      throw new CliError('no_key', `The keychain has no key for the profile ${profile}.`);
    },
    async remove({ account = '' }) {
      entries.delete(account);
    },
  };
}
