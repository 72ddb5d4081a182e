import { createHash } from 'node:crypto';

const LENGTH = 12;

/**
 * The fingerprint of a key or a token, which is shown instead of it. It is a hash, so the secret cannot be computed from it.
 * `vstoken status` shows the same fingerprint for the same key.
 */
export function fingerprintOf(credential: string): string {
  return createHash('sha256').update(`vstoken key\0${credential}`).digest('hex').slice(0, LENGTH);
}

/** The fingerprint of the credential in an Authorization header; null without one. */
export function credentialOf(authorization: string | undefined): string | null {
  const credential = authorization?.replace(/^bearer +/i, '') ?? '';
  return credential === '' ? null : fingerprintOf(credential);
}
