import { createHash } from 'node:crypto';
import type { Secret } from '../core/secret';

const LENGTH = 12;

/** What stands for a key where it is shown: the same for the same key, and no way back to it. */
export function fingerprintOf(key: Secret): string {
  const hash = createHash('sha256').update('vstoken key\0').update(key.reveal()).digest('hex');
  return hash.slice(0, LENGTH);
}
