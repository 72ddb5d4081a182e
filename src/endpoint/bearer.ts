import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../core/secret';

const digestOf = (text: string) => createHash('sha256').update(text).digest();

/**
 * Compares what a request brings with a secret, in a time that tells nothing of how far they agree.
 * @returns whether it brings `Authorization: Bearer SECRET`; null when it brings no credentials
 */
export function createBearerCheck(secret: Secret): (headers: Headers) => boolean | null {
  const expected = digestOf(secret.reveal());
  return (headers) => {
    const authorization = headers.get('authorization');
    if (authorization === null) return null;
    const [, given = ''] = /^Bearer (.*)$/i.exec(authorization) ?? [];
    return timingSafeEqual(digestOf(given), expected);
  };
}
