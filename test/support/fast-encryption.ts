import { createCipheriv, randomBytes, scryptSync } from 'node:crypto';
import type { Context } from '../../src/context/context';
import type { KeyStore, PassphraseSource, Vault } from '../../src/context/vault';

/**
 * Parameters of scrypt that take no measurable time. The real parameters take half a second. The program can decrypt keys that
 * were encrypted with `COST`: it reads the parameters from the settings file, and accepts weak parameters too.
 */
const COST = { n: 2, r: 8, p: 1 };

/** Returns a context that encrypts keys with the fast parameters. sealed.test.ts tests the real parameters. */
export const withFastEncryption = (context: Context): Context => ({
  ...context,
  vault: vaultWithFastEncryption(context.vault),
});

const vaultWithFastEncryption = (vault: Vault): Vault => ({
  ...vault,
  withSignal: (signal) => vaultWithFastEncryption(vault.withSignal(signal)),
  async open(kind, passphrase) {
    const store = await vault.open(kind, passphrase);
    return kind === 'passphrase' ? { ...store, keep: keepWithFastEncryption(passphrase) } : store;
  },
});

/** Encrypts a key in the same format as src/store/sealed.ts, which later decrypts it. */
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
