import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { type Authority, createAuthority, type Front, startTlsFront } from '../support/authority';
import { silence, startFaultServer } from '../support/fault-server';
import { needs } from '../support/needs';
import { configDirWith } from '../support/stored';
import { startOwnProxy } from './support/proxies';
import { envFor, errorIn, runBinary, type SpawnOptions } from './support/run-binary';
import { type Service, sendJson, startService } from './support/service';
import { runInTerminal } from './support/terminal';

const KEY = 'CANARY-key';
const DAY_MS = 86_400_000;

interface Check {
  readonly id: string;
  readonly result: string;
  readonly observed: string;
  readonly fix?: string;
}

let sandbox: RunningSandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'vstoken-doctor-'));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** Runs `doctor` in the built program. In the returned result, `checks` contains each check by its id. */
async function runDoctor(env: SpawnOptions['env'], args: readonly string[] = []) {
  const result = await runBinary(['doctor', '--json', ...args], env ? { env } : {});
  const { checks, versions } = JSON.parse(result.out);
  const byId = Object.fromEntries(checks.map((check: Check) => [check.id, check]));
  return { ...result, versions, checks: byId as Readonly<Record<string, Check>> };
}

describe('the built vstoken doctor', () => {
  it('finds no fault with its own sandbox, in a pipe and in CI', async () => {
    for (const env of [{}, { CI: '1' }]) {
      const { code, out, err } = await runBinary(['doctor', '--sandbox'], { env });
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/\n {2}✓ API version +1\.1\.0\n/);
      expect(out).toMatch(/ 0 warnings, 0 failed, \d+ skipped\. Server: an embedded sandbox\n/);
    }
  });

  it('reports installed packages without loading them', async () => {
    const cwd = mkdtempSync(join(folder, 'work-'));
    const sdk = join(cwd, 'node_modules/@vocalstack/js-sdk');
    const below = join(cwd, 'src/pages');
    mkdirSync(sdk, { recursive: true });
    mkdirSync(below, { recursive: true });
    writeFileSync(join(sdk, 'package.json'), '{"version":"1.8.7","main":"index.js"}');
    writeFileSync(join(sdk, 'index.js'), 'throw new Error("loaded");');
    const args = ['doctor', '--offline', '--json', '--sandbox'];
    const { code, out } = await runBinary(args, { cwd: below });
    expect(code).toBe(0);
    const { versions, checks } = JSON.parse(out);
    expect(versions.sdk).toBe('1.8.7');
    const found = checks.find(({ id }: Check) => id === 'sdk');
    expect(found.result).toBe('pass');
    expect(found.observed).toMatch(/^1\.8\.7, in .*\/node_modules\/@vocalstack\/js-sdk$/);
    rmSync(join(sdk, 'index.js'));
    const gone = await runBinary(args, { cwd: below });
    expect(JSON.parse(gone.out).checks).toContainEqual(
      expect.objectContaining({ id: 'sdk', result: 'warn' }),
    );
    writeFileSync(join(sdk, 'package.json'), '{"version":');
    const damaged = await runBinary(args, { cwd: below });
    expect(JSON.parse(damaged.out).versions.sdk).toBeNull();
  });

  it('changes no settings and leaves no files', async () => {
    const VOCALSTACK_CONFIG_DIR = configDirWith(sandbox);
    const before = readdirSync(VOCALSTACK_CONFIG_DIR);
    const { code } = await runDoctor({ VOCALSTACK_CONFIG_DIR });
    expect(code).toBe(0);
    expect(readdirSync(VOCALSTACK_CONFIG_DIR)).toEqual(before);
  });

  it('S43 ends within its timeout if the server never answers', async () => {
    const server = await startFaultServer([silence]);
    const env = { VOCALSTACK_API_KEY: KEY, VOCALSTACK_API_SERVER: server.origin };
    const { code, checks } = await runDoctor(env, ['--timeout', '3s']);
    await server.close();
    expect(code).toBe(3);
    expect(checks['answer']).toMatchObject({
      result: 'fail',
      observed: 'Not finished after 3 s',
    });
    expect(checks['tcp']?.result).toBe('pass');
  });

  it('writes the whole report, with ~ for the home folder and without secrets', async () => {
    const place = mkdtempSync(join(folder, 'report-'));
    const path = join(place, 'doctor.txt');
    writeFileSync(path, 'of yesterday');
    const env = {
      ...envFor(sandbox),
      HOME: place,
      VOCALSTACK_API_KEY: KEY,
      VOCALSTACK_AUTH_TOKEN: 'CANARY-token',
      HTTPS_PROXY: 'http://CANARY:CANARY@127.0.0.1:9',
    };
    const { code } = await runBinary(['doctor', '--output', path], { env });
    expect({ code, names: readdirSync(place) }).toEqual({ code: 0, names: ['doctor.txt'] });
    const report = readFileSync(path, 'utf8');
    expect(report).toMatch(/^vstoken doctor, 20.*\n\nprogram\n/);
    expect(report).toContain('~/.config/vstoken: does not exist yet');
    expect(report).not.toMatch(/CANARY|of yesterday/);
    expect(report).not.toContain(place);
    const lost = await runBinary(['doctor', '--json', '--output', join(place, 'no/where.txt')], {
      env,
    });
    expect(lost).toMatchObject({ code: 3, out: '' });
    expect(errorIn(lost).code).toBe('output_unwritable');
  });

  it('is coloured in a terminal, and erases its progress at the end', needs('script'), async () => {
    const { code, screen } = await runInTerminal(['doctor', '--sandbox'], 'terminal');
    expect(code).toBe(0);
    expect(screen).toContain('\u001b[32m✓\u001b[39m API version');
    expect(screen).toMatch(/\u001b\[J(?![\s\S]*\u001b\[J)[\s\S]*\u001b\[1mprogram/);
  });
});

describe('the built vstoken doctor and TLS', needs('openssl'), () => {
  const NAME = 'api.vocalstack.com';
  let authority: Authority;
  let service: Service;
  const fronts: Front[] = [];
  beforeAll(async () => {
    authority = createAuthority();
    service = await startService({
      onMint: (response) => sendJson(response, 401, { status: 'error' }),
    });
  });
  afterAll(async () => {
    for (const front of fronts) await front.close();
    await service.close();
    authority.close();
  });

  const day = (offset: number) =>
    new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');

  async function front(names: string, days: number | null = 100): Promise<Front> {
    const validity = days === null ? undefined : { from: day(-200), until: day(days) };
    const started = await startTlsFront(service.url, authority.issue(names, validity));
    fronts.push(started);
    return started;
  }

  const trusting = (url: string, more = {}) => ({
    VOCALSTACK_API_KEY: KEY,
    VOCALSTACK_API_SERVER: url,
    NODE_EXTRA_CA_CERTS: authority.file,
    ...more,
  });

  it('S39 trusts a private authority that is configured, and names the signer', async () => {
    const { url } = await front('IP:127.0.0.1');
    const { code, checks } = await runDoctor(trusting(url));
    expect(code).toBe(0);
    expect(checks['tls']).toMatchObject({
      result: 'pass',
      observed: expect.stringMatching(
        /^TLSv1\.3, certificate of A company, valid until \d{4}-\d\d-\d\d$/,
      ),
    });
    expect(checks['certificate-files']?.observed).toBe(
      `1 certificate in ${authority.file} (NODE_EXTRA_CA_CERTS)`,
    );
    const own = await runDoctor({ ...envFor({ url, apiKey: KEY }), SSL_CERT_FILE: authority.file });
    expect(own.checks['tls']?.result).toBe('pass');
  });

  it('warns of a certificate that expires soon', async () => {
    const { url } = await front('IP:127.0.0.1', 10);
    const { code, checks } = await runDoctor(trusting(url));
    expect(code).toBe(0);
    expect(checks['tls']).toMatchObject({
      result: 'warn',
      observed: expect.stringMatching(/: (9|10) days left$/),
    });
  });

  it.each([
    [
      'nobody knows',
      'IP:127.0.0.1',
      100,
      { NODE_EXTRA_CA_CERTS: '' },
      'signed by an authority that this machine does not trust',
      'NODE_EXTRA_CA_CERTS',
    ],
    ['is for another host', 'DNS:example.com', 100, {}, 'another host', 'name'],
    ['has ended', 'IP:127.0.0.1', -1, {}, 'has expired', 'clock'],
  ])('fails if the certificate %s, and names its issuer', async (...row) => {
    const [, names, days, more, observed, fix] = row;
    const { url } = await front(names, days);
    const { code, checks } = await runDoctor(trusting(url, more));
    expect(code).toBe(3);
    const { tls, answer: answered } = checks;
    expect(tls?.result).toBe('fail');
    expect(tls?.observed).toContain(observed);
    expect(tls?.observed).toContain('certificate of A company');
    expect(tls?.fix).toContain(fix);
    expect(answered?.observed).toBe('the server cannot be reached: see the check "TLS"');
  });

  it('S37 warns that NODE_TLS_REJECT_UNAUTHORIZED=0 allows invalid certificates on this machine, like mint', async () => {
    const { url } = await front('DNS:example.com');
    const env = trusting(url, { NODE_EXTRA_CA_CERTS: '', NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    const { code, checks } = await runDoctor(env);
    expect(code).toBe(0);
    expect(checks['tls']).toMatchObject({
      result: 'warn',
      observed: expect.stringMatching(/^vstoken does not check the certificate: /),
    });
    expect(checks['answer']?.result).toBe('pass');
  });

  it('fails if the server does not use TLS', async () => {
    const { code, checks } = await runDoctor(trusting(sandbox.url.replace('http:', 'https:')));
    expect({ code, result: checks['tls']?.result }).toEqual({ code: 3, result: 'fail' });
  });

  it('S38 uses the proxy of the environment, and does not show its password', async () => {
    const { port } = await front(`DNS:${NAME}`);
    const proxy = await startOwnProxy(port);
    const HTTPS_PROXY = `http://CANARYuser:CANARYpass@${proxy.host}`;
    const { code, out, err, checks } = await runDoctor(
      trusting(`https://${NAME}`, { HTTPS_PROXY }),
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(checks['proxy']?.observed).toContain(
      `http://${proxy.host}, from HTTPS_PROXY, with a user and a password (hidden)`,
    );
    expect(checks['tcp']?.observed).toContain(`the proxy ${proxy.host}: port`);
    expect(checks['tls']?.observed).toContain('certificate of A company');
    expect(checks['api-version']?.observed).toBe('1.1.0');
    expect(new Set(proxy.tunnels())).toEqual(new Set([`${NAME}:443`]));
    expect(out).not.toContain('CANARY');
    await proxy.close();
  });

  it.each([
    ['IP:127.0.0.1', 'pass', 'certificate of A company'],
    ['DNS:localhost', 'fail', 'another host'],
  ])('S38 compares the certificate of %s with the address, through a proxy', async (...row) => {
    const [names, result, observed] = row;
    const { url } = await front(names);
    const proxy = await startOwnProxy(Number(new URL(url).port));
    const way = { HTTPS_PROXY: `http://${proxy.host}`, VOCALSTACK_PROXY_LOOPBACK: '1' };
    const { checks } = await runDoctor(trusting(url, way));
    await proxy.close();
    expect(checks['tls']).toMatchObject({ result, observed: expect.stringContaining(observed) });
  });
});
