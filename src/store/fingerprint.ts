import { sha256 } from '@noble/hashes/sha2.js';
import type { Secret } from '../core/secret';

const LENGTH = 12;

/** What stands for a key where it is shown: the same for the same key, and no way back to it. Without node:crypto, as in the ledger. */
export function fingerprintOf(key: Secret): string {
  const hash = sha256(Buffer.from(`vstoken key\0${key.reveal()}`));
  return Buffer.from(hash).toString('hex').slice(0, LENGTH);
}
