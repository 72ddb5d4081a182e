import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../core/secret';

const digestOf = (text: string) => createHash('sha256').update(text).digest();

/**
 * Creates a function that compares the Bearer credentials of a request with a secret, in constant time. The function returns null
 * if the request has no Authorization header.
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
