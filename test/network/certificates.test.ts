import { execFileSync, execSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICE_KEY, type Service, startService } from '../e2e/support/service';
import {
  type Authority,
  createAuthority,
  type Front,
  type Identity,
  startTlsFront,
} from '../support/authority';
import { needs } from '../support/needs';
import { run } from '../support/run';

const ADDRESS = 'IP:127.0.0.1';
/** The first command uses REST, and the second command opens a session. */
const BOTH = ['mint', 'test --use-token --mode connect'];

let service: Service;
let folder: string;
let authority: Authority;
let other: Authority;
let front: Front;

describe('S39 certificates', needs('openssl'), () => {
  beforeAll(async () => {
    service = await startService({ token: 'a-minted-token' });
    folder = mkdtempSync(join(tmpdir(), 'vstoken-certificates-'));
    [authority, other] = [createAuthority(), createAuthority()];
    front = await startTlsFront(service.url, authority.issue(ADDRESS));
  });
  afterAll(async () => {
    await Promise.all([front.close(), service.close()]);
    for (const each of [authority, other]) each.close();
    rmSync(folder, { recursive: true });
  });

  type Env = Readonly<Record<string, string>>;
  const ask = (line: string, env: Env, url = front.url) => {
    const key = { VOCALSTACK_API_KEY: SERVICE_KEY, VOCALSTACK_AUTH_TOKEN: 'a-token' };
    return run(`${line} --json`, { env: { VOCALSTACK_API_SERVER: url, ...key, ...env } });
  };
  const mints = async (env: Env, url?: string) => (await ask('mint', env, url)).code;
  const failure = async (line: string, env: Env, url?: string) => {
    const error = (await ask(line, env, url)).error();
    return { ...error, text: `${error.message} ${error.hint}` };
  };
  const checkOf = async (env: Env, id = 'certificate-files', url?: string) => {
    const { checks } = (await ask('doctor', env, url)).json<{
      checks: { id: string; result: string; observed: string; fix?: string }[];
    }>();
    return checks.find((check) => check.id === id);
  };
  let files = 0;
  const fresh = () => {
    files += 1;
    return join(folder, `file-${files}`);
  };
  const file = (content: string | Buffer) => {
    const path = fresh();
    writeFileSync(path, content);
    return path;
  };
  const certificateOf = (from: Authority) => readFileSync(from.file, 'utf8');
  const openssl = (...args: readonly string[]) => {
    const path = fresh();
    execFileSync('openssl', [...args, '-out', path], { stdio: 'ignore' });
    return path;
  };

  describe('in a file', () => {
    it('are read up to 16 MiB, however many there are', async () => {
      const text = `${certificateOf(other)}${'# nothing\n'.repeat(200_000)}${certificateOf(authority)}`;
      const large = file(text);
      expect(await mints({ SSL_CERT_FILE: large })).toBe(0);
      expect(await mints({ SSL_CERT_FILE: other.file, NODE_EXTRA_CA_CERTS: large })).toBe(0);
      expect(await checkOf({ SSL_CERT_FILE: large })).toMatchObject({
        result: 'pass',
        observed: `2 certificates in ${large} (SSL_CERT_FILE)`,
      });
    });

    it('are rejected above 16 MiB, for each variable', async () => {
      const huge = file(certificateOf(authority));
      appendFileSync(huge, Buffer.alloc(16 * 1024 * 1024, '\n'));
      for (const [name, env] of [
        ['SSL_CERT_FILE', { SSL_CERT_FILE: huge }],
        ['NODE_EXTRA_CA_CERTS', { SSL_CERT_FILE: other.file, NODE_EXTRA_CA_CERTS: huge }],
      ] as const) {
        expect(await failure('mint', env)).toMatchObject({
          code: 'ca_file_unusable',
          message: `The file that ${name} names is larger than 16 MiB.`,
        });
        expect(await checkOf(env)).toMatchObject({ result: 'fail' });
      }
    });

    it('S67 are read in one pass, even if many END labels are missing', async () => {
      const labels = file('-----BEGIN CERTIFICATE-----\n'.repeat(500_000));
      expect(await failure('mint', { SSL_CERT_FILE: labels })).toMatchObject({
        message: 'The file that SSL_CERT_FILE names contains a damaged certificate.',
      });
    });

    it('are reported as damaged if one is cut short', async () => {
      const cut = file(`${certificateOf(authority)}${certificateOf(other).slice(0, 200)}`);
      expect((await failure('mint', { SSL_CERT_FILE: cut })).message).toContain('damaged');
    });
  });

  describe('in another form than PEM', () => {
    const pkcs12 = () => {
      const args = ['pkcs12', '-export', '-nokeys', '-passout', 'pass:', '-in', authority.file];
      return openssl(...args);
    };
    const pkcs7 = (...form: readonly string[]) =>
      openssl('crl2pkcs7', '-nocrl', '-certfile', authority.file, ...form);

    it.each<readonly [string, () => string, string]>([
      ['DER', () => openssl('x509', '-in', authority.file, '-outform', 'DER'), 'is in DER'],
      ['PKCS#12', pkcs12, 'is a PKCS#12 file'],
      ['PKCS#7', () => pkcs7(), 'is a PKCS#7 file'],
      ['PKCS#7 in DER', () => pkcs7('-outform', 'DER'), 'is a PKCS#7 file'],
      [
        'with trust settings',
        () => openssl('x509', '-in', authority.file, '-addtrust', 'serverAuth'),
        'contains certificates with OpenSSL trust settings',
      ],
      [
        'in UTF-16',
        () => file(Buffer.from(`\ufeff${certificateOf(authority)}`, 'utf16le')),
        'is text in UTF-16',
      ],
    ])(
      '%s is recognised, and the hint has the command that converts it',
      async (_, make, words) => {
        const path = make();
        for (const line of BOTH) {
          const error = await failure(line, { SSL_CERT_FILE: path });
          expect(error).toMatchObject({ code: 'ca_file_unusable', exit: 3 });
          expect(error.message).toContain(`The file that SSL_CERT_FILE names ${words}`);
        }
        const { hint } = await failure('mint', { SSL_CERT_FILE: path });
        const check = await checkOf({ SSL_CERT_FILE: path });
        expect(check).toMatchObject({ result: 'fail', observed: expect.stringContaining(words) });
        // If NODE_EXTRA_CA_CERTS names a file in one of these formats, Node.js ignores the file without a message.
        const untrusted = await failure('mint', { NODE_EXTRA_CA_CERTS: path });
        expect(untrusted.code).toBe('tls_failed');
        expect(untrusted.hint).toContain(`The file that NODE_EXTRA_CA_CERTS names ${words}`);
        const beside = { SSL_CERT_FILE: other.file, NODE_EXTRA_CA_CERTS: path };
        expect((await failure('mint', beside)).message).toContain('NODE_EXTRA_CA_CERTS');

        const command = /: ((?:openssl|iconv) .*)$/.exec(hint ?? '')?.[1] ?? '';
        expect(check?.fix).toContain(command);
        const asked = command.replace('pkcs12 ', 'pkcs12 -passin pass: ');
        execSync(asked, { env: { ...process.env, SSL_CERT_FILE: path }, stdio: 'ignore' });
        expect(await mints({ SSL_CERT_FILE: `${path}.pem` })).toBe(0);
      },
    );

    it('a Java key store is recognised by its first bytes', async () => {
      const store = file(Buffer.from('feedfeed00000002', 'hex'));
      const error = await failure('mint', { SSL_CERT_FILE: store });
      expect(error.message).toContain('is a Java key store');
      expect(error.hint).toContain('keytool -list -rfc -keystore "$SSL_CERT_FILE"');
    });
  });

  describe('in the folders of SSL_CERT_DIR', () => {
    const folderOf = (contents: Readonly<Record<string, string>>) => {
      const path = fresh();
      mkdirSync(path);
      for (const [name, content] of Object.entries(contents)) {
        writeFileSync(join(path, name), content);
      }
      return path;
    };
    const hashOf = () =>
      execFileSync('openssl', ['x509', '-hash', '-noout', '-in', authority.file], {
        encoding: 'utf8',
      }).trim();

    it('are trusted in addition to the list of Node.js, by requests and sessions', async () => {
      const path = folderOf({ 'company.crt': certificateOf(authority), README: 'not one' });
      expect(await mints({ SSL_CERT_DIR: path })).toBe(0);
      expect((await ask(BOTH[1] ?? '', { SSL_CERT_DIR: path })).code).toBe(0);
      expect(await checkOf({ SSL_CERT_DIR: path })).toMatchObject({
        result: 'pass',
        observed: `1 certificate in ${path} (SSL_CERT_DIR)`,
      });
    });

    it('are trusted in addition to SSL_CERT_FILE, from each folder of the list', async () => {
      const first = folderOf({ 'a.pem': certificateOf(other) });
      const second = folderOf({ 'b.pem': certificateOf(authority) });
      const list = ['/nowhere', first, '', second].join(delimiter);
      expect(await mints({ SSL_CERT_DIR: list })).toBe(0);
      expect(await mints({ SSL_CERT_DIR: second, SSL_CERT_FILE: other.file })).toBe(0);
      expect(await mints({ SSL_CERT_DIR: first, SSL_CERT_FILE: authority.file })).toBe(0);
      expect(await mints({ SSL_CERT_DIR: first })).toBe(6);
    });

    it('are read only from files named by openssl rehash, if there are any', async () => {
      const hash = hashOf();
      const linked = folderOf({ 'company.pem': certificateOf(authority) });
      symlinkSync('company.pem', join(linked, `${hash}.0`));
      expect(await mints({ SSL_CERT_DIR: linked })).toBe(0);
      const unlinked = folderOf({
        'company.pem': certificateOf(authority),
        '0a1b2c3d.0': certificateOf(other),
      });
      expect(await mints({ SSL_CERT_DIR: unlinked })).toBe(6);
    });

    it('change nothing if a folder is missing or empty, and doctor warns', async () => {
      const empty = folderOf({ note: 'none' });
      for (const [path, seen] of [
        ['/nowhere', '/nowhere (SSL_CERT_DIR) cannot be read'],
        [empty, `no PEM certificate in ${empty} (SSL_CERT_DIR)`],
      ] as const) {
        expect(await mints({ SSL_CERT_DIR: path, SSL_CERT_FILE: authority.file })).toBe(0);
        expect((await failure('mint', { SSL_CERT_DIR: path })).code).toBe('tls_failed');
        expect(await checkOf({ SSL_CERT_DIR: path })).toMatchObject({
          result: 'warn',
          observed: seen,
        });
      }
    });

    it('are rejected above 16 MiB in a folder, as in a file', async () => {
      const names = Array.from(
        { length: 2000 },
        (_, number) => `DNS:${'a'.repeat(50)}${number}.test`,
      );
      const { raw } = new X509Certificate(authority.issue(names.join()).cert);
      const variants = (first: number) =>
        Array.from({ length: 50 }, (_, number) => {
          // Changes the signature, so that each certificate is different. The signature is not checked when a certificate is
          // read.
          raw.writeUInt16BE(first + number, raw.length - 2);
          return `-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`;
        }).join('');
      const path = folderOf({ a: variants(0), b: variants(50), c: variants(100) });
      expect(await failure('mint', { SSL_CERT_DIR: path })).toMatchObject({
        code: 'ca_file_unusable',
        message: 'A folder in SSL_CERT_DIR has more than 16 MiB of certificates.',
      });
    });
  });

  describe('from a server', () => {
    async function withFront(
      identity: Identity & TlsOptions,
      work: (url: string) => Promise<void>,
    ): Promise<void> {
      const own = await startTlsFront(service.url, identity);
      await work(own.url).finally(() => own.close());
    }

    it('a missing intermediate certificate is distinguished from a private authority', async () => {
      const { cert, leaf } = authority.intermediate(ADDRESS);
      const trusting = { SSL_CERT_FILE: authority.file };
      await withFront(leaf, async (url) => {
        for (const line of BOTH) {
          const error = await failure(line, trusting, url);
          expect(error.code).toBe('tls_failed');
          expect(error.message).toMatch(/does not send the intermediate certificate/);
          expect(error.hint).toContain('fullchain.pem');
        }
        expect(await checkOf(trusting, 'tls', url)).toMatchObject({
          result: 'fail',
          observed: expect.stringContaining('does not send the intermediate certificate'),
          fix: expect.stringContaining('fullchain.pem'),
        });
        // Minting works after the fix from the hint.
        const named = { ...trusting, NODE_EXTRA_CA_CERTS: file(cert) };
        expect(await mints(named, url)).toBe(0);
        const alone = await failure('mint', { SSL_CERT_FILE: file(cert) }, url);
        expect(alone.message).toContain('the root certificate of that authority is missing');
      });
      const full = { ...leaf, cert: `${leaf.cert}${cert}` };
      await withFront(full, async (url) => {
        expect(await mints(trusting, url)).toBe(0);
        for (const line of BOTH) {
          const error = await failure(line, { SSL_CERT_FILE: other.file }, url);
          expect(error.message).toContain(
            'signed by an authority that this machine does not trust',
          );
          expect(error.text).not.toContain('fullchain');
        }
      });
      const direct = await failure('mint', { SSL_CERT_FILE: other.file });
      expect(direct.message).toContain('signed by an authority that this machine does not trust');
      expect(direct.hint).toContain('private CA');
    });

    it.each([
      ['TLSv1.3', /requires a client certificate, which vstoken does not support/],
      ['TLSv1.2', /The server may require a client certificate/],
    ] as const)('a required client certificate is reported: %s', async (maxVersion, words) => {
      const ca = certificateOf(authority);
      const identity = { ...authority.issue(ADDRESS), ca, requestCert: true, maxVersion };
      await withFront(identity, async (url) => {
        for (const line of BOTH) {
          const error = await failure(line, { SSL_CERT_FILE: authority.file }, url);
          expect(error.code).toBe('tls_failed');
          expect(error.text).toMatch(words);
          expect(error.text).not.toContain('NODE_EXTRA_CA_CERTS');
        }
        const seen = await Promise.all(
          ['tls', 'answer'].map((id) => checkOf({ SSL_CERT_FILE: authority.file }, id, url)),
        );
        expect(seen.map((check) => `${check?.observed} ${check?.fix}`).join()).toMatch(words);
      });
    });

    it('an unsupported TLS version is reported', async () => {
      const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'ALL@SECLEVEL=0' } as const;
      await withFront({ ...authority.issue(ADDRESS), ...old }, async (url) => {
        const error = await failure('mint', { SSL_CERT_FILE: authority.file }, url);
        expect(error.code).toBe('tls_failed');
        expect(error.text).not.toContain('It may use another protocol, or a TLS version');
      });
    });
  });
});
