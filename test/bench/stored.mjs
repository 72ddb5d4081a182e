/**
 * Creates settings with a stored key, in the format of vstoken. The parameters of scrypt are so low that deriving a key from the
 * passphrase takes almost no time.
 */
import { createCipheriv, randomBytes, scryptSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PASSPHRASE = 'a long passphrase';
const COST = { n: 2, r: 8, p: 1 };

function seal(key, profile, origin) {
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const derived = scryptSync(PASSPHRASE, salt, 32, { N: COST.n, r: COST.r, p: COST.p });
  const cipher = createCipheriv('aes-256-gcm', derived, iv);
  const { n, r, p } = COST;
  cipher.setAAD(Buffer.from(JSON.stringify(['vstoken', 1, 'scrypt', n, r, p, profile, origin])));
  const data = Buffer.concat([cipher.update(key, 'utf8'), cipher.final()]);
  const text = (bytes) => bytes.toString('base64');
  const tag = text(cipher.getAuthTag());
  return { v: 1, kdf: 'scrypt', ...COST, salt: text(salt), iv: text(iv), tag, data: text(data) };
}

/**
 * Creates a settings folder.
 * @returns the path of the folder, which is removed when this process exits
 */
export function settingsWith(store, { http, apiKey }) {
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-bench-settings-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const kept = store === 'plaintext' ? { key: apiKey } : { sealed: seal(apiKey, 'default', http) };
  const about = { store, origin: http, fingerprint: 'x', created_at: '2026-11-24T10:00:00.000Z' };
  const profiles = { default: { ...about, ...kept } };
  const config = { version: 1, settings: {}, profile: 'default', profiles };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  return folder;
}
