import { createCipheriv, randomBytes, scryptSync } from 'node:crypto';
import type { Context } from '../../src/context/context';
import type { KeyStore, PassphraseSource, Vault } from '../../src/context/vault';

/**
 * Parameters of scrypt with which encryption takes no measurable time instead of half a second. They are stored in the settings
 * file, and the program can decrypt with weaker parameters than those with which it encrypts.
 */
const COST = { n: 2, r: 8, p: 1 };

/** Returns a context that encrypts keys with fast parameters of scrypt. sealed.test.ts tests the real ones. */
export const withFastEncryption = (context: Context): Context => ({
  ...context,
  vault: vaultWithFastEncryption(context.vault),
});

const vaultWithFastEncryption = (vault: Vault): Vault => ({
  ...vault,
  within: (signal) => vaultWithFastEncryption(vault.within(signal)),
  async open(kind, passphrase) {
    const store = await vault.open(kind, passphrase);
    return kind === 'passphrase' ? { ...store, keep: keepWithFastEncryption(passphrase) } : store;
  },
});

/** Encrypts like src/store/sealed.ts, which then decrypts the result. */
const keepWithFastEncryption =
  (passphrase: PassphraseSource): KeyStore['keep'] =>
  async ({ profile, origin }, key) => {
    const password = (await passphrase.obtain('new')).reveal().normalize('NFKC');
    const { n, r, p } = COST;
    const [salt, iv] = [randomBytes(16), randomBytes(12)];
    const sealing = scryptSync(password, salt, 32, { N: n, r, p });
    const cipher = createCipheriv('aes-256-gcm', sealing, iv, { authTagLength: 16 });
    cipher.setAAD(Buffer.from(JSON.stringify(['vstoken', 1, 'scrypt', n, r, p, profile, origin])));
    const data = Buffer.concat([cipher.update(key.reveal(), 'utf8'), cipher.final()]);
    const [saltText, ivText, tag, dataText] = [salt, iv, cipher.getAuthTag(), data].map((bytes) =>
      bytes.toString('base64'),
    ) as [string, string, string, string];
    const envelope = { v: 1, kdf: 'scrypt', n, r, p } as const;
    return { sealed: { ...envelope, salt: saltText, iv: ivText, tag, data: dataText } };
  };
