import { createHash } from 'node:crypto';

const LENGTH = 12;

/**
 * Returns the fingerprint that is shown instead of a key or a token. The fingerprint is a hash, so the secret cannot be computed
 * from it. `vstoken status` shows the same fingerprint for the same key.
 */
export function fingerprintOf(credential: string): string {
  return createHash('sha256').update(`vstoken key\0${credential}`).digest('hex').slice(0, LENGTH);
}

/** Returns the fingerprint of the credential in an Authorization header. Null if there is no credential. */
export function credentialOf(authorization: string | undefined): string | null {
  const credential = authorization?.replace(/^bearer +/i, '') ?? '';
  return credential === '' ? null : fingerprintOf(credential);
}
