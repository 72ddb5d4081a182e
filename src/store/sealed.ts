import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  type ScryptOptions,
  scrypt,
} from 'node:crypto';
import type { KeyBinding, KeyStore, PassphraseSource } from '../context/vault';
import { CliError } from '../core/errors';
import { raceAbort } from '../core/race-abort';
import { type Secret, secret } from '../core/secret';
import type { Envelope } from '../core/stored-config';

/**
 * The cost parameters of scrypt. Each use of the passphrase, and each guess of an attacker, takes about 0.8 s and 174 MB.
 * https://datatracker.ietf.org/doc/html/rfc7914
 */
const COST = { n: 2 ** 17, r: 8, p: 1 } as const;
/** The maximum cost `n` that is accepted from a settings file. Limits the memory that a changed file can demand. */
const HIGHEST_N = 2 ** 18;
const MAX_MEMORY = 2 ** 31 - 1;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/**
 * Creates the store that keeps keys in the settings file, encrypted with a passphrase (scrypt, AES-256-GCM). A stored key can be
 * decrypted only for its profile and server.
 */
export function createSealedStore(passphrase: PassphraseSource, signal: AbortSignal): KeyStore {
  return {
    kind: 'passphrase',
    async requireUsable() {
      await passphrase.requireObtainable();
    },
    reserve: () => ({}),
    async keep(binding, key) {
      return {
        sealed: await raceAbort(seal(binding, key, await passphrase.obtain('new')), signal),
      };
    },
    async read(binding, { sealed }) {
      if (!sealed) throw cannotOpen(binding);
      return raceAbort(open(binding, sealed, await passphrase.obtain('existing')), signal);
    },
    remove: async () => undefined,
  };
}

async function seal(binding: KeyBinding, key: Secret, passphrase: Secret): Promise<Envelope> {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const header = { v: 1, kdf: 'scrypt', ...COST } as const;
  const cipher = createCipheriv(CIPHER, await derive(passphrase, salt, COST), iv, {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(additionalData(binding, header));
  const data = Buffer.concat([cipher.update(key.reveal(), 'utf8'), cipher.final()]);
  const base64 = (bytes: Buffer) => bytes.toString('base64');
  return {
    ...header,
    salt: base64(salt),
    iv: base64(iv),
    tag: base64(cipher.getAuthTag()),
    data: base64(data),
  };
}

/**
 * Decrypts a stored key.
 * @throws CliError `passphrase_wrong` for a wrong passphrase or changed data, which cannot be distinguished; `not_enough_memory`
 */
async function open(binding: KeyBinding, sealed: Envelope, passphrase: Secret): Promise<Secret> {
  try {
    return secret(await decipher(binding, sealed, passphrase));
  } catch (cause) {
    throw cause instanceof CliError ? cause : cannotOpen(binding, cause);
  }
}

async function decipher(
  binding: KeyBinding,
  sealed: Envelope,
  passphrase: Secret,
): Promise<string> {
  const { n, r, p } = sealed;
  if (n > HIGHEST_N || r !== COST.r || p !== COST.p) throw new Error('another cost');
  const [salt, iv] = [bytesOf(sealed.salt, SALT_BYTES), bytesOf(sealed.iv, IV_BYTES)];
  const [tag, data] = [bytesOf(sealed.tag, TAG_BYTES), bytesOf(sealed.data)];
  const opened = createDecipheriv(CIPHER, await derive(passphrase, salt, { n, r, p }), iv, {
    authTagLength: TAG_BYTES,
  });
  opened.setAAD(additionalData(binding, { v: 1, kdf: 'scrypt', n, r, p }));
  opened.setAuthTag(tag);
  return Buffer.concat([opened.update(data), opened.final()]).toString('utf8');
}

/** Returns the additional authenticated data of AES-GCM. Decryption fails if the profile, the server or the cost differs. */
function additionalData(
  { profile, origin }: KeyBinding,
  { v, kdf, n, r, p }: Omit<Envelope, 'salt' | 'iv' | 'tag' | 'data'>,
): Buffer {
  return Buffer.from(JSON.stringify(['vstoken', v, kdf, n, r, p, profile, origin]));
}

/**
 * Derives the encryption key from a passphrase.
 * @throws CliError `not_enough_memory`; Error for a cost that scrypt does not support
 */
function derive(
  passphrase: Secret,
  salt: Buffer,
  { n, r, p }: { readonly n: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r, p, maxmem: MAX_MEMORY };
  // Keyboards encode letters such as é in different ways. After NFKC, the encodings are equal.
  const password = passphrase.reveal().normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) =>
      // For invalid options, scrypt throws before it calls this function. So an error here means too little memory. OpenSSL has
      // many codes for that, so the code is not checked.
      error ? reject(notEnoughMemory(n, r, error)) : resolve(key),
    );
  });
}

/**
 * Returns an error that says how much memory is needed. The formula is from RFC 7914. The 40 MB for the program were measured.
 */
function notEnoughMemory(n: number, r: number, cause: Error): CliError {
  const megabytes = Math.round((128 * n * r) / 1e6) + 40;
  return new CliError(
    'not_enough_memory',
    `There is too little memory to use a passphrase, which needs about ${megabytes} MB.`,
    {
      hint: 'Close other programs, or raise the memory limit of this process (ulimit -v) or its container. To need no passphrase, use VOCALSTACK_API_KEY or a keychain.',
      cause,
    },
  );
}

function bytesOf(base64: string, length?: number): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  // Decoding ignores some bits of the last base64 character. Reject the text if these bits were changed.
  const isExact = bytes.toString('base64') === base64;
  if (!isExact || (length !== undefined && bytes.length !== length))
    throw new Error('wrong length or encoding');
  return bytes;
}

function cannotOpen({ profile }: KeyBinding, cause?: unknown): CliError {
  return new CliError(
    'passphrase_wrong',
    'Could not decrypt the stored key: the passphrase is wrong, or the stored data was changed.',
    {
      hint: `Try again with the passphrase from login. If you do not have it, log in again: vstoken login --profile ${profile}`,
      cause,
    },
  );
}
