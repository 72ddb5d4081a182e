import type { KeyStore } from '../context/vault';
import { parseApiKey } from '../core/api-key';

/** Creates the store that keeps keys unencrypted in the settings file. Only the owner of that file can read it. */
export function createPlaintextStore(): KeyStore {
  return {
    kind: 'plaintext',
    requireUsable: async () => undefined,
    reserve: () => ({}),
    keep: async (_binding, key) => ({ key: key.reveal() }),
    read: async (_binding, { key = '' }) => parseApiKey(key, 'The settings file'),
    remove: async () => undefined,
  };
}
