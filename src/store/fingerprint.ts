import { sha256 } from '@noble/hashes/sha2.js';
import type { Secret } from '../core/secret';

const LENGTH = 12;

/**
 * Returns a short text that stands for a key in output. Equal keys have equal fingerprints. The key cannot be computed from its
 * fingerprint. Does not use node:crypto, because loading it takes longer than computing this hash.
 */
export function fingerprintOf(key: Secret): string {
  const hash = sha256(Buffer.from(`vstoken key\0${key.reveal()}`));
  return Buffer.from(hash).toString('hex').slice(0, LENGTH);
}
