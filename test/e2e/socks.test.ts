import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type Front, startTlsFront } from '../support/authority';
import { needs } from '../support/needs';
import { run as runInProcess } from '../support/run';
import { NO_LOGIN, OPENED, replyOf, startSocksServer } from '../support/socks-server';
import { findCanaries } from './support/canary';
import { loadedBy } from './support/loaded';
import { type NamesFile, writeNamesFile } from './support/names';
import { type RunningProxy, startMicrosocks } from './support/proxies';
import { BINARY, errorIn, type Result, start } from './support/run-binary';
import { SERVICE_KEY, type Service, startService } from './support/service';

const PASSWORD = 'Planted5ocksPassw0rd';
const TOKEN = 'CanarySocksToken~Rw8xEnd';
const REST = 'mint --verbose';
const SESSION = 'test --use-token --mode connect --verbose';
const BOTH = [REST, SESSION];

type Env = Readonly<Record<string, string>>;

let authority: Authority;
let other: Authority;
let service: Service;
let front: Front;
let named: Front;
let names: NamesFile;

const TOOLS = needs('microsocks', 'openssl');
beforeAll(async () => {
  [authority, other] = [createAuthority(), createAuthority()];
  service = await startService();
  front = await startTlsFront(service.url, authority.issue('IP:127.0.0.1,DNS:localhost'));
  named = await startTlsFront(service.url, authority.issue('DNS:api.corp.test'));
  names = writeNamesFile();
});
afterAll(async () => {
  await Promise.all([front.close(), named.close(), service.close()]);
  for (const each of [authority, other, names]) each.close();
});

const throughTo = (proxy: string, server: string, env: Env = {}): Env => ({
  VOCALSTACK_API_KEY: SERVICE_KEY,
  VOCALSTACK_AUTH_TOKEN: TOKEN,
  VOCALSTACK_API_SERVER: server,
  VOCALSTACK_PROXY_LOOPBACK: '1',
  SSL_CERT_FILE: authority.file,
  ALL_PROXY: proxy,
  ...env,
});

function expectNoSecret(result: Pick<Result, 'out' | 'err'>): void {
  const canaries = [PASSWORD, SERVICE_KEY, TOKEN].map((secret) => ({ name: secret, secret }));
  expect(findCanaries(result, [], canaries)).toEqual([]);
}

async function here(line: string, env: Env) {
  const result = await runInProcess(line, { env });
  expectNoSecret(result);
  return result;
}

async function failureHere(line: string, env: Env) {
  const result = await here(`${line} --json`, env);
  const { code, message, hint } = errorIn(result);
  return { code, text: `${message} ${hint}` };
}

/** Runs a command line in a process that can resolve only the test's host names. */
async function withNames(line: string, env: Env): Promise<Result> {
  const args = ['--require', names.path, BINARY, ...line.split(' ')];
  const result = await start(process.execPath, args, { env }).done;
  expectNoSecret(result);
  return result;
}

async function withProxy(
  starting: Promise<RunningProxy>,
  task: (proxy: RunningProxy) => Promise<void>,
) {
  const proxy = await starting;
  try {
    await task(proxy);
    expectNoSecret({ out: proxy.seen(), err: '' });
  } finally {
    await proxy.close();
  }
}

describe('S38 a real SOCKS proxy', TOOLS, () => {
  it.each(['socks5', 'socks5h'])('is used for requests and sessions, with %s://', (scheme) =>
    withProxy(startMicrosocks(), async (proxy) => {
      const env = throughTo(`${scheme}://${proxy.host}`, front.url);
      const before = front.connections();
      expect((await here('test --mode connect', env)).code).toBe(0);
      expect(front.connections() - before).toBe(2);
      const { code, out } = await here('test https://a.example/a.wav', env);
      expect({ code, out }).toEqual({ code: 0, out: 'hello world\n' });
      const exempt = { ...env, NO_PROXY: '127.0.0.1' };
      const tunnels = proxy.tunnels().length;
      expect((await here('test --mode connect', exempt)).code).toBe(0);
      expect(proxy.tunnels().length).toBe(tunnels);
      expect(tunnels).toBeGreaterThanOrEqual(4);
    }),
  );

  it('reuses its connections, so that there are no more of them than concurrent requests', () =>
    withProxy(startMicrosocks(), async (proxy) => {
      const env = throughTo(`socks5h://${proxy.host}`, front.url);
      const before = front.connections();
      const { code, out } = await here('mint --count 20 --concurrency 4', env);
      expect({ code, tokens: out.trimEnd().split('\n').length }).toEqual({ code: 0, tokens: 20 });
      expect(front.connections() - before).toBeLessThanOrEqual(4);
    }));

  it.each(BOTH)('gets the user and password that it requires: vstoken %s', (line) =>
    withProxy(startMicrosocks('user', PASSWORD), async (proxy) => {
      const to = (login: string) => throughTo(`socks5h://${login}${proxy.host}`, front.url);
      expect((await here(line, to(`user:${PASSWORD}@`))).code).toBe(0);
      const before = front.connections();
      const none = await failureHere(line, to(''));
      expect(none).toMatchObject({ code: 'proxy_auth_required' });
      expect(none.text).toContain('requires a user and password, but there are none in ALL_PROXY.');
      expect(none.text).toContain(`ALL_PROXY=socks5h://USER:PASSWORD@${proxy.host}`);
      const wrong = await failureHere(line, to(`user:${PASSWORD}x@`));
      expect(wrong).toMatchObject({ code: 'proxy_auth_required' });
      expect(wrong.text).toContain('refuses the user and password in ALL_PROXY');
      expect(front.connections()).toBe(before);
    }),
  );

  it.each(BOTH)('causes a clear error if it cannot reach the server: vstoken %s', (line) =>
    withProxy(startMicrosocks(), async (proxy) => {
      const env = throughTo(`socks5h://${proxy.host}`, 'https://127.0.0.1:1');
      const { code, text } = await failureHere(line, env);
      expect(code).toBe('proxy_failed');
      expect(text).toContain(
        'the proxy did not connect to 127.0.0.1:1: nothing listens at this address',
      );
    }),
  );

  it.each(BOTH)(
    'S39 cannot read the traffic, and cannot impersonate the server: vstoken %s',
    (line) =>
      withProxy(startMicrosocks(), async (proxy) => {
        const before = { ...service.counts };
        const untrusted = { SSL_CERT_FILE: other.file, NODE_TLS_REJECT_UNAUTHORIZED: '' };
        const env = throughTo(`socks5h://${proxy.host}`, front.url, untrusted);
        expect((await failureHere(line, env)).code).toBe('tls_failed');
        expect(service.counts).toEqual(before);
      }),
  );

  it('is named and tested by doctor', () =>
    withProxy(startMicrosocks('user', PASSWORD), async (proxy) => {
      const env = throughTo(`socks5h://user:${PASSWORD}@${proxy.host}`, front.url);
      const { out } = await here('doctor --json', env);
      const checks: { id: string; result: string; observed: string }[] = JSON.parse(out).checks;
      const found = (id: string) => checks.find((check) => check.id === id);
      expect(found('proxy')).toMatchObject({
        result: 'pass',
        observed: `socks5h://${proxy.host}, from ALL_PROXY, with a user and a password (hidden); the proxy resolves the name of the server`,
      });
      expect(found('tcp')).toMatchObject({ result: 'pass' });
      expect(found('tls')?.observed).toContain(`through the proxy ${proxy.host}: TLSv1.`);
    }));
});

describe('S38 the name of a server behind a SOCKS proxy', TOOLS, () => {
  it.each(BOTH)('is resolved only by the proxy with socks5h: vstoken %s', async (line) => {
    const proxy = await startSocksServer([NO_LOGIN, OPENED], named.port);
    const server = `https://api.corp.test:${named.port}`;
    const trust = { SSL_CERT_FILE: '', NODE_EXTRA_CA_CERTS: authority.file, TEST_NAMES: '{}' };
    const { code } = await withNames(line, throughTo(`socks5h://${proxy.host}`, server, trust));
    expect(code).toBe(0);
    expect(proxy.heard[1]?.toString('latin1')).toContain('\u0003\u000dapi.corp.test');
    await proxy.close();
  });

  it.each(BOTH)(
    'is resolved on this machine with socks5, and each address is tried: vstoken %s',
    async (line) => {
      const proxy = await startSocksServer([NO_LOGIN, replyOf(4)]);
      const known = names.envFor({ 'api.corp.test': ['10.1.2.3', 'fd00::1'] });
      const env = throughTo(`socks5://${proxy.host}`, 'https://api.corp.test', known);
      const { code, message } = errorIn(await withNames(`${line} --json`, env));
      expect(code).toBe('proxy_failed');
      expect(message).toContain('to 10.1.2.3:443: the proxy cannot reach the server');
      const requests = proxy.heard.filter((said) => said.length > 3);
      expect(requests.map((said) => said[3])).toEqual([1, 4]);
      await proxy.close();
    },
  );

  it.each(BOTH)(
    'is named in the error if it cannot be resolved on this machine: vstoken %s',
    async (line) => {
      const proxy = await startSocksServer([NO_LOGIN, OPENED]);
      const env = throughTo(`socks5://${proxy.host}`, 'https://api.corp.test', {
        TEST_NAMES: '{}',
      });
      const { code, hint } = errorIn(await withNames(`${line} --json`, env));
      expect(code).toBe('dns_failed');
      expect(hint).toContain(`ALL_PROXY=socks5h://${proxy.host}`);
      expect(proxy.connections()).toBe(0);
      await proxy.close();
    },
  );
});

describe('S38 the package for SOCKS', TOOLS, () => {
  it('is loaded only for a SOCKS proxy', () =>
    withProxy(startMicrosocks(), async ({ host }) => {
      const files = async (env: Env) => {
        const { VOCALSTACK_AUTH_TOKEN: _, ...own } = throughTo('', service.url, env);
        const loaded = await loadedBy(['mint'], { env: { ...own, CI: '1' } });
        return [...loaded.chunks].filter((chunk) => /^socks/.test(chunk));
      };
      expect(await files({ ALL_PROXY: `socks5h://${host}` })).toEqual(['socks']);
      const unused = { ALL_PROXY: `socks5h://${host}`, VOCALSTACK_PROXY_LOOPBACK: '' };
      expect(await files(unused)).toEqual([]);
      expect(await files({})).toEqual([]);
    }));
});
