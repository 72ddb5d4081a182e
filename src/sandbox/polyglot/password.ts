import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { createSemaphore } from '../../core/semaphore';

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Maximum number of hashes that are computed at the same time. Each hash needs 16 MB and about 50 ms of CPU. */
const MAX_AT_ONCE = 2;

export interface PasswordHash {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

export interface Passwords {
  hash(password: string): Promise<PasswordHash>;
  matches(password: string, kept: PasswordHash): Promise<boolean>;
}

export function createPasswords(): Passwords {
  const semaphore = createSemaphore(MAX_AT_ONCE);
  const hashOf = (password: string, salt: Buffer) =>
    semaphore.run(
      () =>
        new Promise<Buffer>((resolve, reject) => {
          scrypt(password, salt, HASH_BYTES, (error, hash) =>
            error ? reject(error) : resolve(hash),
          );
        }),
    );
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      return { salt, hash: await hashOf(password, salt) };
    },
    matches: async (password, { salt, hash }) =>
      timingSafeEqual(await hashOf(password, salt), hash),
  };
}
