import { createCipheriv, scryptSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { secret } from '../../src/core/secret';
import type { Envelope } from '../../src/core/stored-config';
import { fingerprintOf } from '../../src/store/fingerprint';
import { configFile, newConfigDir } from './stored';

/** Parameters of scrypt that take no measurable time. A real login uses n = 2 ** 17, which takes half a second. */
const LOW_COST = { n: 2, r: 8, p: 1 } as const;

/** Returns an encrypted key in the format of the settings file, without using code of the program. */
export function encryptAtLowCost(
  { profile, origin }: { readonly profile: string; readonly origin: string },
  key: string,
  passphrase: string,
): Envelope {
  const [salt, iv] = [Buffer.alloc(16, 's'), Buffer.alloc(12, 'i')];
  const { n, r, p } = LOW_COST;
  const cipher = createCipheriv(
    'aes-256-gcm',
    scryptSync(passphrase.normalize('NFKC'), salt, 32, { N: n, r, p }),
    iv,
  );
  const header = ['vstoken', 1, 'scrypt', n, r, p, profile, origin];
  cipher.setAAD(Buffer.from(JSON.stringify(header)));
  const data = Buffer.concat([cipher.update(key), cipher.final()]);
  const base64 = (bytes: Buffer) => bytes.toString('base64');
  return {
    ...{ v: 1, kdf: 'scrypt', ...LOW_COST },
    ...{ salt: base64(salt), iv: base64(iv) },
    ...{ tag: base64(cipher.getAuthTag()), data: base64(data) },
  };
}

/** Creates a settings folder with one profile, whose key is encrypted with the passphrase and with the parameters `LOW_COST`. */
export function configDirEncrypted(
  server: { readonly url: string; readonly apiKey: string },
  passphrase: string,
  name = 'default',
): string {
  const folder = newConfigDir();
  const profile = {
    store: 'passphrase',
    origin: server.url,
    fingerprint: fingerprintOf(secret(server.apiKey)),
    created_at: '2026-11-01T00:00:00.000Z',
    sealed: encryptAtLowCost({ profile: name, origin: server.url }, server.apiKey, passphrase),
  };
  const config = { version: 1, settings: {}, profile: name, profiles: { [name]: profile } };
  writeFileSync(configFile(folder), JSON.stringify(config), { mode: 0o600 });
  return folder;
}
