import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/core/error-codes';
import { CliError } from '../../src/core/errors';
import { secret } from '../../src/core/secret';
import type { Envelope } from '../../src/core/stored-config';
import { createSealedStore } from '../../src/store/sealed';
import { encryptAtLowCost } from '../support/encrypted-profile';

const PLACE = { profile: 'default', origin: 'https://api.vocalstack.com' };
const KEY = 'the-api-key';

const storeWith = (passphrase: string, signal = new AbortController().signal) =>
  createSealedStore(
    {
      requireObtainable: async () => undefined,
      obtain: async () => secret(passphrase),
    },
    signal,
  );

const PASSPHRASE = 'a long pass\u00e9phrase';
const store = storeWith(PASSPHRASE);
const sealing = store.keep(PLACE, secret(KEY), {});

async function sealed(): Promise<Envelope> {
  const { sealed: envelope } = await sealing;
  if (!envelope) throw new Error('nothing was sealed');
  return envelope;
}

/** An encrypted key that can be decrypted quickly. */
const envelope = encryptAtLowCost(PLACE, KEY, PASSPHRASE);

function withBitFlipped(base64: string, bit: number): string {
  const bytes = Buffer.from(base64, 'base64');
  const at = Math.floor(bit / 8);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
  return bytes.toString('base64');
}

const refused = expect.objectContaining({ code: 'passphrase_wrong' });

describe('S15 a key that is encrypted with a passphrase', () => {
  it('causes exit code 3 if it cannot be decrypted', () => {
    expect(exitCodeOf('passphrase_wrong')).toBe(3);
  });

  it('can be decrypted with its passphrase in any Unicode form', async () => {
    const decomposed = storeWith(PASSPHRASE.normalize('NFD'));
    expect((await decomposed.read(PLACE, { sealed: await sealed() })).reveal()).toBe(KEY);
    for (const each of [store, decomposed]) {
      expect((await each.read(PLACE, { sealed: envelope })).reveal()).toBe(KEY);
    }
  });

  it('has the intended cost of guessing the passphrase', async () => {
    expect(await sealed()).toMatchObject({ v: 1, kdf: 'scrypt', n: 2 ** 17, r: 8, p: 1 });
  });

  it('does not contain the key in any form', async () => {
    const text = JSON.stringify(await sealed());
    for (const form of ['utf8', 'base64', 'hex'] as const) {
      expect(text).not.toContain(Buffer.from(KEY).toString(form).replace(/=+$/, '').slice(0, 12));
    }
  });

  it('cannot be decrypted with another passphrase, and the error does not say why', async () => {
    const other = storeWith('another passphrase').read(PLACE, { sealed: envelope });
    await expect(other).rejects.toEqual(refused);
    await expect(other).rejects.not.toThrow(KEY);
  });

  it.each([
    { ...PLACE, profile: 'other' },
    { ...PLACE, origin: 'https://other.example' },
  ])('cannot be decrypted for another profile or server: %j', async (place) => {
    await expect(store.read(place, { sealed: envelope })).rejects.toEqual(refused);
  });

  it.each(['salt', 'iv', 'tag', 'data'] as const)(
    'cannot be decrypted if a bit of its %s was changed',
    async (part) => {
      const changed = { ...envelope, [part]: withBitFlipped(envelope[part], 5) };
      await expect(store.read(PLACE, { sealed: changed })).rejects.toEqual(refused);
    },
  );

  it.each([4, 8, 12, 15])('cannot be decrypted with a tag of %i bytes', async (length) => {
    const tag = Buffer.from(envelope.tag, 'base64').subarray(0, length).toString('base64');
    await expect(store.read(PLACE, { sealed: { ...envelope, tag } })).rejects.toEqual(refused);
  });

  it('cannot be decrypted if spare bits of its base64 were changed', async () => {
    const tag = envelope.tag.replace(/.==$/, (end) => `${end[0] === 'A' ? 'B' : 'A'}==`);
    expect(tag).not.toBe(envelope.tag);
    await expect(store.read(PLACE, { sealed: { ...envelope, tag } })).rejects.toEqual(refused);
  });

  it.each([{ n: 4 }, { n: 2 ** 30 }, { n: 3 }, { r: 1 }, { p: 2 }])(
    'cannot be decrypted with another cost: %j',
    async (cost) => {
      await expect(store.read(PLACE, { sealed: { ...envelope, ...cost } })).rejects.toEqual(
        refused,
      );
    },
  );

  it('is encrypted differently each time', async () => {
    const again = await store.keep(PLACE, secret(KEY), {});
    const first = await sealed();
    for (const part of ['salt', 'iv', 'data'] as const) {
      expect(again.sealed?.[part]).not.toBe(first[part]);
    }
  });

  it('is rejected if it is stored as plain text', async () => {
    await expect(store.read(PLACE, { key: KEY })).rejects.toEqual(refused);
  });
});

describe('S49 decrypting a key', () => {
  it('ends if the program is interrupted', async () => {
    const controller = new AbortController();
    const stopping = storeWith(PASSPHRASE, controller.signal);
    const read = stopping.read(PLACE, { sealed: envelope });
    controller.abort(new CliError('interrupted', 'Interrupted.'));
    await expect(read).rejects.toMatchObject({ code: 'interrupted' });
  });
});
