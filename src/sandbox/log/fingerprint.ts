import { createHash } from 'node:crypto';

const LENGTH = 12;

/**
 * What stands for a key or a token where it is shown: the same for the same one, and no way back to it. `vstoken status` shows the
 * same for the same key.
 */
export function fingerprintOf(credential: string): string {
  return createHash('sha256').update(`vstoken key\0${credential}`).digest('hex').slice(0, LENGTH);
}

/** The fingerprint of what `Authorization` holds; null without one. */
export function credentialOf(authorization: string | undefined): string | null {
  const credential = authorization?.replace(/^bearer +/i, '') ?? '';
  return credential === '' ? null : fingerprintOf(credential);
}
