import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeClock } from '../../src/system/clock';
import { type Authority, createAuthority, type Front, startTlsFront } from '../support/authority';
import {
  type Behaviour,
  closedPort,
  dripHeaders,
  dripped,
  type FaultServer,
  halfClose,
  rawBytes,
  reset,
  silence,
  startFaultServer,
} from '../support/fault-server';
import { needs } from '../support/needs';
import { type RunOptions, run as runInProcess } from '../support/run';
import { startBlackHole } from './support/black-hole';
import { findCanaries } from './support/canary';
import { type NamesFile, writeNamesFile } from './support/names';
import { type RunningProxy, startOwnProxy, startTinyproxy } from './support/proxies';
import {
  type ErrorDocument,
  errorIn,
  PROGRAM,
  type Result,
  ROOT,
  start,
  startBinary,
} from './support/run-binary';
import { SERVICE_KEY, type Service, startService } from './support/service';

const PASSWORD = 'Planted5ecretPassw0rd';
const TOKEN = 'CanaryToken~Rw8xEndOfIt';
const MADE = 'CanaryMintedToken~9tEnd';

type Env = Readonly<Record<string, string>>;

/** Two command lines with verbose output. REST sends a request, and SESSION opens a session. */
const REST = 'mint --verbose';
const SESSION = 'test --use-token --mode connect --verbose';
const BOTH = [REST, SESSION];

let authority: Authority;
let other: Authority;
let service: Service;
let front: Front;
let named: Front;
let names: NamesFile;
let folder: string;

const TOOLS = needs('tinyproxy', 'openssl');
beforeAll(async () => {
  [authority, other] = [createAuthority(), createAuthority()];
  service = await startService({ token: MADE });
  front = await startTlsFront(service.url, authority.issue('IP:127.0.0.1,IP:::1,DNS:localhost'));
  named = await startTlsFront(service.url, authority.issue('DNS:api.corp.test'));
  names = writeNamesFile();
  folder = mkdtempSync(join(tmpdir(), 'vstoken-networks-'));
});
afterAll(async () => {
  await Promise.all([front.close(), named.close(), service.close()]);
  for (const each of [authority, other, names]) each.close();
  rmSync(folder, { recursive: true });
});

const withSecrets = (env: Env): Env => ({
  VOCALSTACK_API_KEY: SERVICE_KEY,
  VOCALSTACK_AUTH_TOKEN: TOKEN,
  ...env,
});

function expectNoSecret(result: Pick<Result, 'out' | 'err'>): void {
  const canaries = [
    { name: 'password', secret: PASSWORD },
    { name: 'key', secret: SERVICE_KEY },
    { name: 'token', secret: TOKEN },
    { name: 'minted token', secret: MADE, mayBeIn: ['out'] },
  ];
  expect(findCanaries(result, [], canaries)).toEqual([]);
}

/**
 * Runs a command line in the built program, and checks that the output contains no secret.
 * @param node options for Node.js
 */
async function run(line: string, env: Env, node: readonly string[] = []): Promise<Result> {
  const [file, ...own] = PROGRAM;
  const args = [...node, ...own, ...line.split(' ')];
  const result = await start(file, args, { env: withSecrets(env) }).done;
  expectNoSecret(result);
  return result;
}

/**
 * Runs a command line in this process. NODE_EXTRA_CA_CERTS alone has no effect here, because Node.js reads it only when a process
 * starts. So tests set `SSL_CERT_FILE`.
 */
async function runHere(line: string, env: Env, options: RunOptions = {}) {
  const result = await runInProcess(line, { env: withSecrets(env), ...options });
  expectNoSecret(result);
  return result;
}

interface Failure extends ErrorDocument {
  readonly text: string;
}

function failureIn(result: Pick<Result, 'code' | 'err'>): Failure {
  const error = errorIn(result);
  expect(result.code).toBe(error.exit);
  return { ...error, text: `${error.message} ${error.hint}` };
}

/** Runs a command line that must fail, and returns its error. */
async function failure(line: string, env: Env, node: readonly string[] = []): Promise<Failure> {
  return failureIn(await run(`${line} --json`, env, node));
}

async function failureHere(line: string, env: Env, options: RunOptions = {}): Promise<Failure> {
  return failureIn(await runHere(`${line} --json`, env, options));
}

/**
 * Returns an environment in which a program in its own process trusts the server's certificate. `trustingHere` does the same for
 * a run in this process.
 */
const trusting = (env: Env = {}): Env => ({
  VOCALSTACK_API_SERVER: front.url,
  NODE_EXTRA_CA_CERTS: authority.file,
  ...env,
});
const trustingHere = (env: Env = {}): Env => ({
  VOCALSTACK_API_SERVER: front.url,
  SSL_CERT_FILE: authority.file,
  ...env,
});
/** Returns an environment in which the program sends all requests through a proxy, even requests to this machine. */
const proxied = (host: string, env: Env): Env => ({
  HTTPS_PROXY: `http://${host}`,
  VOCALSTACK_PROXY_LOOPBACK: '1',
  ...env,
});
const through = (host: string, env: Env = {}): Env => trusting(proxied(host, env));
const throughHere = (host: string, env: Env = {}): Env => trustingHere(proxied(host, env));

async function withProxy(
  starting: Promise<RunningProxy>,
  task: (proxy: RunningProxy) => Promise<void>,
): Promise<void> {
  const proxy = await starting;
  try {
    await task(proxy);
    for (const secret of [SERVICE_KEY, TOKEN, MADE]) {
      expect(
        findCanaries({ out: proxy.seen(), err: '' }, [], [{ name: 'secret', secret }]),
      ).toEqual([]);
    }
  } finally {
    await proxy.close();
  }
}

describe('S38 a real proxy', TOOLS, () => {
  it.each([{}, { NODE_USE_ENV_PROXY: '1' }])(
    'is used for requests and sessions, one tunnel each, with %j',
    (more) =>
      withProxy(startTinyproxy(), async (proxy) => {
        const before = front.connections();
        const { code, out, err } = await run(
          'test --mode connect --json --quiet',
          through(proxy.host, more),
        );
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(JSON.parse(out).steps.map(({ name }: { name: string }) => name)).toContain(
          'connect',
        );
        const target = `127.0.0.1:${front.port}`;
        expect(proxy.tunnels()).toEqual([target, target]);
        expect(front.connections() - before).toBe(2);
      }),
  );

  it('is used for a whole transcription', () =>
    withProxy(startTinyproxy(), async (proxy) => {
      const { code, out } = await runHere('test https://a.example/a.wav', throughHere(proxy.host));
      expect({ code, out }).toEqual({ code: 0, out: 'hello world\n' });
    }));

  it('reuses its tunnels, so that there are no more tunnels than concurrent requests', () =>
    withProxy(startTinyproxy(), async (proxy) => {
      const line = 'mint --count 20 --concurrency 4';
      const { code, out } = await runHere(line, throughHere(proxy.host));
      expect({ code, tokens: out.trimEnd().split('\n').length }).toEqual({ code: 0, tokens: 20 });
      expect(proxy.tunnels().length).toBeLessThanOrEqual(4);
    }));

  it(
    'resolves the names of servers that this machine cannot resolve, unless NO_PROXY lists them',
    needs('package'),
    () =>
      withProxy(startOwnProxy(named.port), async (last) => {
        const upstream = `Upstream http ${last.host} ".corp.test"`;
        await withProxy(startTinyproxy(upstream), async (proxy) => {
          const server = 'https://api.corp.test:8443';
          const preload = ['--require', names.path];
          const env = trusting({ VOCALSTACK_API_SERVER: server, TEST_NAMES: '{}' });
          const here = trustingHere({ VOCALSTACK_API_SERVER: server });
          const line = 'test --mode connect';
          for (const variable of ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']) {
            const before = proxy.tunnels().length;
            const own = { [variable]: `http://${proxy.host}` };
            const { code } =
              variable === 'HTTPS_PROXY'
                ? await run(line, { ...env, ...own }, preload)
                : await runHere(line, { ...here, ...own });
            expect({ variable, code }).toEqual({ variable, code: 0 });
            expect(proxy.tunnels().slice(before)).toEqual([
              'api.corp.test:8443',
              'api.corp.test:8443',
            ]);
          }
          const seen = proxy.tunnels().length;
          for (const line of BOTH) {
            const exempt = { ...env, ALL_PROXY: proxy.host, NO_PROXY: 'a.example .corp.test' };
            expect(await failure(line, exempt, preload)).toMatchObject({ code: 'dns_failed' });
          }
          expect(proxy.tunnels().length).toBe(seen);
        });
      }),
  );

  it('is not used for loopback unless VOCALSTACK_PROXY_LOOPBACK is set', () =>
    withProxy(startTinyproxy(), async (proxy) => {
      const env = { HTTPS_PROXY: proxy.host, HTTP_PROXY: proxy.host, ALL_PROXY: proxy.host };
      for (const server of [front.url, service.url]) {
        const own = trustingHere({ ...env, VOCALSTACK_API_SERVER: server });
        expect((await runHere('test --mode connect', own)).code).toBe(0);
        const exempt = { ...own, VOCALSTACK_PROXY_LOOPBACK: '1', NO_PROXY: '127.0.0.0/8' };
        expect((await runHere('test --mode connect', exempt)).code).toBe(0);
      }
      expect(proxy.tunnels()).toEqual([]);
      const asked = { ...env, VOCALSTACK_API_SERVER: service.url, VOCALSTACK_PROXY_LOOPBACK: '1' };
      expect((await runHere('test --mode connect', asked)).code).toBe(0);
      expect(proxy.tunnels().length).toBe(2);
    }));

  it('is also used by exec, serve and the library', () =>
    withProxy(startTinyproxy(`BasicAuth user ${PASSWORD}`), async (proxy) => {
      const env = through(`user:${PASSWORD}@${proxy.host}`);
      expect((await run('exec -- true', env)).code).toBe(0);
      expect(proxy.tunnels().length).toBe(1);

      const own = { ...env, VOCALSTACK_API_KEY: SERVICE_KEY };
      const line = ['serve', '--port', '0', '--json', '--verbose'];
      const serving = startBinary(line, { env: own });
      const [first] = await serving.untilOut(/^.*\n/);
      const { url, path, secret } = JSON.parse(first);
      const headers = { authorization: `Bearer ${secret}` };
      expect((await fetch(`${url}${path}`, { headers })).status).toBe(200);
      serving.child.kill('SIGTERM');
      const { err } = await serving.done;
      const canaries = [{ name: 'password', secret: PASSWORD }];
      expect(findCanaries({ out: '', err }, [], canaries)).toEqual([]);
      expect(proxy.tunnels().length).toBe(2);

      const script = `
        const { mintToken, testToken, createTokenHandler } = require(${JSON.stringify(join(ROOT, 'dist/index.js'))});
        const apiServer = ${JSON.stringify(front.url)};
        const options = { apiKey: process.env.VOCALSTACK_API_KEY, apiServer };
        (async () => {
          const { token } = await mintToken(options);
          const { session } = await testToken({ apiServer, token, mode: 'connect' });
          const handle = createTokenHandler({ ...options, authenticate: () => true });
          const { status } = await handle(new Request('http://127.0.0.1/token'));
          console.log(session, status);
          process.exit();
        })();`;
      const { out, err: said } = await start(process.execPath, ['-e', script], { env: own }).done;
      expect(out + said).toBe('session-1 200\n');
      expect(proxy.tunnels().length).toBe(5);
    }));
});

describe('S38 a proxy that requires a login', TOOLS, () => {
  let proxy: RunningProxy;
  beforeAll(async () => {
    proxy = await startTinyproxy(`BasicAuth user ${PASSWORD}`);
  });
  afterAll(() => proxy.close());

  it.each(BOTH)('gets the password of the URL: vstoken %s', async (line) => {
    const env = throughHere(`user:${PASSWORD}@${proxy.host}`);
    expect((await runHere(line, env)).code).toBe(0);
  });

  it.each(BOTH)(
    'is named in the error if the password is missing or wrong: vstoken %s',
    async (line) => {
      const before = [front.connections(), service.counts.mints, service.counts.upgrades];
      const without = await failureHere(line, throughHere(proxy.host));
      expect(without).toMatchObject({ code: 'proxy_auth_required', exit: 6 });
      expect(without.message).toContain(
        `${proxy.host} (HTTPS_PROXY) requires a user and password, but there are none in HTTPS_PROXY.`,
      );
      expect(without.hint).toContain(`HTTPS_PROXY=http://USER:PASSWORD@${proxy.host}`);
      const wrong = await failureHere(line, throughHere(`user:${PASSWORD}x@${proxy.host}`));
      expect(wrong.code).toBe('proxy_auth_required');
      expect(wrong.message).toContain('refuses the user and password');
      expect([front.connections(), service.counts.mints, service.counts.upgrades]).toEqual(before);
    },
  );

  it('causes an error if it requires another kind of login', async () => {
    const head = 'HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate';
    const negotiating = await startFaultServer([rawBytes(`${head}\r\n\r\n`)]);
    const { code, text } = await failureHere(REST, throughHere(new URL(negotiating.origin).host));
    expect({ code, text }).toEqual({
      code: 'proxy_auth_required',
      text: expect.stringContaining('Basic'),
    });
    await negotiating.close();
  });
});

const opened = 'HTTP/1.1 200 Yes\r\n\r\n';
/**
 * Behaviour of a proxy that opens the tunnel and then never answers. When the first data arrives through the tunnel, it calls
 * `dripped`, so that the test can wait for this moment.
 */
const openThenSilence: Behaviour = (socket) => {
  socket.once('data', () => dripped(socket));
  socket.write(opened);
};

describe('S38 S43 a proxy that fails', TOOLS, () => {
  const cases: readonly (readonly [string, Behaviour, string])[] = [
    ['refuses', rawBytes('HTTP/1.1 403 No\r\n\r\n'), 'status 403'],
    ['cannot reach the server', rawBytes('HTTP/1.1 502 No\r\n\r\n'), 'status 502'],
    ['redirects', rawBytes('HTTP/1.1 302 No\r\nLocation: http://a.example\r\n\r\n'), 'status 302'],
    ['answers as the service would', rawBytes('HTTP/1.1 429 No\r\n\r\n{}'), 'status 429'],
    ['switches protocols', rawBytes('HTTP/1.1 101 No\r\nUpgrade: x\r\n\r\n'), 'status 101'],
    ['is not a proxy', rawBytes('SSH-2.0-OpenSSH_9.2\r\n'), 'does not answer like a proxy'],
    ['resets the connection', reset, 'closed the connection'],
    ['closes the connection', halfClose, 'closed the connection'],
    [
      'closes the connection within its answer',
      rawBytes('HTTP/1.1 200 Y'),
      'closed the connection',
    ],
    [
      'sends headers without end',
      rawBytes(`HTTP/1.1 200 Y\r\n${'a: b\r\n'.repeat(9999)}`),
      'does not answer like a proxy',
    ],
    [
      'sends a header without end',
      rawBytes(`HTTP/1.1 200 Y\r\na: ${'b'.repeat(99_999)}`),
      'does not answer like a proxy',
    ],
    [
      'sends more than its answer',
      rawBytes(`${opened}HTTP/1.1 200 OK\r\n\r\n{}`),
      'does not answer like a proxy',
    ],
  ];
  describe.each(BOTH)('vstoken %s', (line) => {
    it.each(cases)('is named in the error if it %s', async (what, behaviour, reason) => {
      const proxy = await startFaultServer([behaviour]);
      const { host } = new URL(proxy.origin);
      const way = `user:${PASSWORD}@${host}`;
      const error =
        what === 'refuses'
          ? await failure(line, through(way))
          : await failureHere(line, throughHere(way));
      expect(error).toMatchObject({ code: 'proxy_failed', exit: 6 });
      expect(error.message).toContain(`the proxy ${host} (HTTPS_PROXY)`);
      expect(error.message).toContain(reason);
      expect(error.hint).toBeTruthy();
      expect(proxy.requests.map(({ method }) => method)).toEqual(['CONNECT']);
      await proxy.close();
    });

    it('is named in the error if nothing listens at its address', async () => {
      const host = `127.0.0.1:${await closedPort()}`;
      const { code, message } = await failureHere(line, throughHere(`user:${PASSWORD}@${host}`));
      expect(code).toBe('proxy_failed');
      expect(message).toBe(
        `${line === SESSION ? 'connect: ' : ''}No connection through the proxy ${host} (HTTPS_PROXY): nothing listens at this address.`,
      );
    });

    it('is named in the error if its name is unknown', needs('package'), async () => {
      const env = through('proxy.corp.test:3128', { TEST_NAMES: '{}' });
      const error = await failure(line, env, ['--require', names.path]);
      expect(error.code).toBe('proxy_failed');
      expect(error.message).toContain('the name of the proxy could not be resolved');
    });

    it.each([
      ['sends nothing', silence, ({ requests }) => requests.length === 1],
      ['sends its headers slowly and without end', dripHeaders, (proxy) => proxy.drips() > 2],
      ['goes silent in the tunnel', openThenSilence, (proxy) => proxy.drips() === 1],
    ] satisfies [string, Behaviour, (proxy: FaultServer) => boolean][])(
      'causes a timeout if it %s',
      async (_, behaviour, isUnderWay) => {
        const proxy = await startFaultServer([behaviour]);
        const { host } = new URL(proxy.origin);
        const clock = fakeClock();
        const failing = failureHere(`${line} --timeout 1500ms`, throughHere(host), { clock });
        await Promise.race([proxy.until(() => isUnderWay(proxy)), failing]);
        await clock.advance(1499);
        expect(clock.waiting()).toContain(1);
        await clock.advance(1);
        const { code, message } = await failing;
        expect(code).toBe('timeout');
        expect(message).toContain(`through the proxy ${host} (HTTPS_PROXY)`);
        await proxy.close();
      },
    );
  });

  it('gets only the headers that it needs', async () => {
    const proxy = await startFaultServer([rawBytes('HTTP/1.1 403 No\r\n\r\n')]);
    const { host } = new URL(proxy.origin);
    for (const line of BOTH) await failureHere(line, throughHere(`user:${PASSWORD}@${host}`));
    const login = Buffer.from(`user:${PASSWORD}`).toString('base64');
    for (const { head } of proxy.requests) {
      expect(head.split('\r\n').sort()).toEqual([
        `CONNECT 127.0.0.1:${front.port} HTTP/1.1`,
        `host: 127.0.0.1:${front.port}`,
        `proxy-authorization: Basic ${login}`,
      ]);
    }
    expect(proxy.requests.length).toBe(2);
    await proxy.close();
  });

  it('causes a clear error if it rejects or cannot reach the server (tinyproxy)', () =>
    withProxy(startTinyproxy('ConnectPort 1'), async (proxy) => {
      for (const line of BOTH) {
        const refused = await failureHere(line, throughHere(proxy.host));
        expect(refused.code).toBe('proxy_failed');
        expect(refused.message).toContain('status 403');
        const nobody = throughHere(proxy.host, { VOCALSTACK_API_SERVER: 'https://127.0.0.1:1' });
        const lost = await failureHere(line, nobody);
        expect(lost.code).toBe('proxy_failed');
        expect(lost.message).toMatch(/to 127\.0\.0\.1:1 \(status 5\d\d\)/);
      }
    }));

  it('does not affect other commands after an interruption', async () => {
    const proxy = await startFaultServer([]);
    const env = { ...through(new URL(proxy.origin).host), VOCALSTACK_API_KEY: SERVICE_KEY };
    const program = startBinary(['mint'], { env });
    await program.meanwhile(proxy.until(() => proxy.connections() === 1));
    program.child.kill('SIGINT');
    expect((await program.done).code).toBe(130);
    await proxy.close();
  });
});

describe('S38 a proxy with TLS', TOOLS, () => {
  it('is used if its certificate is trusted', () =>
    withProxy(startOwnProxy(front.port, authority.issue('IP:127.0.0.1')), async (proxy) => {
      const env = through(proxy.host, { HTTPS_PROXY: `https://user:${PASSWORD}@${proxy.host}` });
      expect((await run('test --mode connect', env)).code).toBe(0);
      expect(proxy.tunnels().length).toBe(2);
      const listed = { ...env, NODE_EXTRA_CA_CERTS: '', SSL_CERT_FILE: authority.file };
      expect((await runHere('test --mode connect', listed)).code).toBe(0);
    }));

  it.each(BOTH)('gets no credentials if its certificate is not trusted: vstoken %s', (line) =>
    withProxy(startOwnProxy(front.port, other.issue('IP:127.0.0.1')), async (proxy) => {
      const env = throughHere(proxy.host, {
        HTTPS_PROXY: `https://user:${PASSWORD}@${proxy.host}`,
      });
      const error = await failureHere(line, env);
      expect(error.code).toBe('proxy_failed');
      expect(error.text).toContain('NODE_EXTRA_CA_CERTS');
      expect(proxy.seen()).toBe('');
    }),
  );

  it.each(BOTH)('is named in the error if it does not use TLS: vstoken %s', (line) =>
    withProxy(startOwnProxy(front.port), async (proxy) => {
      const env = throughHere(proxy.host, { HTTPS_PROXY: `https://${proxy.host}` });
      expect((await failureHere(line, env)).code).toBe('proxy_failed');
    }),
  );
});

describe("S39 TLS inside a proxy's tunnel", TOOLS, () => {
  it.each(BOTH)("is verified with the server's name, not the proxy's: vstoken %s", async (line) => {
    const spying = await startTlsFront(service.url, other.issue('IP:127.0.0.1'));
    const before = { ...service.counts };
    await withProxy(startOwnProxy(spying.port), async (proxy) => {
      const error = await failureHere(line, throughHere(proxy.host));
      expect(error.code).toBe('tls_failed');
      expect(error.text).toContain('company proxy');
      expect(error.text).toContain('NODE_EXTRA_CA_CERTS');
      expect(proxy.tunnels()).toEqual([`127.0.0.1:${front.port}`]);
      const spied = throughHere(proxy.host, { SSL_CERT_FILE: other.file });
      expect((await runHere(line, spied)).code).toBe(0);
    });
    expect(service.counts.mints + service.counts.upgrades).toBe(before.mints + before.upgrades + 1);
    await spying.close();
  });
});

function written(text: string): string {
  const path = join(mkdtempSync(join(folder, 'ca-')), 'ca.pem');
  writeFileSync(path, text);
  return path;
}

function damaged(): string {
  const good = readFileSync(authority.file, 'utf8');
  return good + good.replace(/\n[A-Za-z0-9+/]{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
}

const UNUSABLE: readonly (readonly [string, () => string])[] = [
  ['the file is missing', () => '/nowhere/ca.pem'],
  ['the file is a folder', () => folder],
  ['the file is a device', () => '/dev/zero'],
  ['the file is empty', () => written('')],
  ['the file contains no certificate', () => written('-----BEGIN PRIVATE KEY-----\nAAAA\n')],
  ['a certificate is damaged', () => written(damaged())],
  [
    'the file is larger than 16 MiB',
    () => written(`${readFileSync(authority.file)}${' '.repeat(2 ** 24)}`),
  ],
];

describe('S39 a private certificate authority', TOOLS, () => {
  it.each([
    ['NODE_EXTRA_CA_CERTS', () => ({ NODE_EXTRA_CA_CERTS: authority.file })],
    ['SSL_CERT_FILE', () => ({ SSL_CERT_FILE: authority.file })],
    [
      'both, of which one knows it',
      () => ({ NODE_EXTRA_CA_CERTS: authority.file, SSL_CERT_FILE: other.file }),
    ],
    ['the other', () => ({ NODE_EXTRA_CA_CERTS: other.file, SSL_CERT_FILE: authority.file })],
  ] as const)('is trusted through %s, by requests and sessions', async (_, env) => {
    const own = { VOCALSTACK_API_SERVER: front.url, ...env() };
    const { code, err } = await run('test --mode connect --json --quiet', own);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('may be one of many in a file', async () => {
    const path = join(folder, 'many.pem');
    const both = [other.file, authority.file].map((file) => readFileSync(file, 'utf8'));
    writeFileSync(path, `# A company\n${both.join('\nsome text\n')}`);
    const env = { VOCALSTACK_API_SERVER: front.url, SSL_CERT_FILE: path };
    expect((await runHere('test --mode connect', env)).code).toBe(0);
  });

  it.each(BOTH)('is not trusted without a variable: vstoken %s', async (line) => {
    const before = { ...service.counts };
    for (const env of [{}, { SSL_CERT_FILE: other.file }, { NODE_EXTRA_CA_CERTS: other.file }]) {
      const fails = 'NODE_EXTRA_CA_CERTS' in env ? failure : failureHere;
      const error = await fails(line, { VOCALSTACK_API_SERVER: front.url, ...env });
      expect(error.code).toBe('tls_failed');
      expect(error.text).toContain('NODE_EXTRA_CA_CERTS=');
    }
    expect(service.counts).toEqual(before);
  });

  it.each(UNUSABLE)(
    'causes an error before any request if it is unusable in SSL_CERT_FILE: %s',
    async (_, path) => {
      const before = front.connections();
      const SSL_CERT_FILE = path();
      for (const line of BOTH) {
        const error = await failureHere(line, trustingHere({ SSL_CERT_FILE }));
        expect(error).toMatchObject({ code: 'ca_file_unusable', exit: 3 });
        expect(error.message).toContain('SSL_CERT_FILE');
        expect(error.text).not.toContain(SSL_CERT_FILE);
      }
      expect(front.connections()).toBe(before);
    },
  );

  it('is ignored without TLS, even if SSL_CERT_FILE is unusable', async () => {
    const env = { VOCALSTACK_API_SERVER: service.url, SSL_CERT_FILE: '/nowhere' };
    expect((await runHere('test --mode connect', env)).code).toBe(0);
  });
});

describe('S39 the certificate of a server', TOOLS, () => {
  it.each([
    ['has expired', 'expired', { from: '20200101', until: '20200201' }, 'IP:127.0.0.1'],
    ['is not valid yet', 'clock', { from: '20900101', until: '20900201' }, 'IP:127.0.0.1'],
    ['is for another host', 'another host', undefined, 'DNS:other.example'],
  ] as const)('is rejected because it %s', async (_, words, validity, alternatives) => {
    const server = await startTlsFront(service.url, authority.issue(alternatives, validity));
    const before = { ...service.counts };
    for (const line of BOTH) {
      const error = await failureHere(line, trustingHere({ VOCALSTACK_API_SERVER: server.url }));
      expect(error).toMatchObject({ code: 'tls_failed', exit: 6 });
      expect(error.text).toContain(words);
    }
    expect(service.counts).toEqual(before);
    await server.close();
  });

  it('is reported as missing if the server speaks another protocol', async () => {
    const url = service.url.replace('http:', 'https:');
    for (const line of BOTH) {
      const error = await failureHere(line, trustingHere({ VOCALSTACK_API_SERVER: url }));
      expect(error.code).toBe('tls_failed');
      expect(error.text).toContain('another protocol');
    }
  });
});

describe('S52 a name with two addresses', TOOLS, () => {
  const corporate = (env: Env = {}): Env =>
    trusting({
      VOCALSTACK_API_SERVER: named.url.replace('127.0.0.1', 'api.corp.test'),
      ...names.envFor({ 'api.corp.test': ['::1', '127.0.0.1'] }),
      ...env,
    });
  const preload = () => ['--require', names.path];

  it('is reached if one address refuses connections', needs('package'), async () => {
    const { code } = await run('test --mode connect', corporate(), preload());
    expect(code).toBe(0);
  });

  it(
    'is reached if one address never answers, because each attempt has a time limit of at least a second',
    needs('ipv6', 'package'),
    async () => {
      const { port } = new URL(named.url);
      const fill = await startBlackHole('::1', Number(port));
      const attempts = join(folder, 'attempts');
      const env = corporate({ TEST_ATTEMPTS: attempts });
      const { code } = await run('test --mode connect', env, preload());
      await fill();
      expect(code).toBe(0);
      const allowed = readFileSync(attempts, 'utf8').trimEnd().split('\n');
      expect(allowed.length).toBe(2);
      for (const ms of allowed) expect(Number(ms)).toBeGreaterThanOrEqual(1000);
    },
  );

  it.each(BOTH)(
    'causes a clear error if both addresses refuse connections: vstoken %s',
    needs('package'),
    async (line) => {
      const env = {
        VOCALSTACK_API_SERVER: `http://localhost:${await closedPort()}`,
        TEST_NAMES: '{}',
      };
      const error = await failure(line, env, preload());
      expect(error.code).toBe('connection_refused');
      expect(error.message).toMatch(/Nothing listens at localhost:\d+\.$/);
    },
  );

  it('may be the name of a proxy', needs('package'), () =>
    withProxy(startTinyproxy(), async (proxy) => {
      const host = proxy.host.replace('127.0.0.1', 'proxy.corp.test');
      const known = names.envFor({ 'proxy.corp.test': ['::1', '127.0.0.1'] });
      const { code } = await run('test --mode connect', through(host, known), preload());
      expect(code).toBe(0);
      expect(proxy.tunnels().length).toBe(2);
    }),
  );

  it.each(BOTH)(
    'causes a clear error if it has no address: vstoken %s',
    needs('package'),
    async (line) => {
      const env = { VOCALSTACK_API_SERVER: 'https://api.corp.test', TEST_NAMES: '{}' };
      const error = await failure(line, env, preload());
      expect(error).toMatchObject({ code: 'dns_failed', exit: 6 });
      expect(error.message).toContain('api.corp.test');
      expect(error.hint).toBeTruthy();
    },
  );

  it('can be replaced by an IPv6 address, with and without a proxy', needs('ipv6'), async () => {
    // Node.js 22.23.3 rejects every certificate for an IPv6 address. This call finds out whether the installed version rejects it
    // too.
    const own = { subject: { CN: '' }, subjectaltname: 'IP Address:0:0:0:0:0:0:0:1' };
    const isRefused = checkServerIdentity('::1', own as PeerCertificate) !== undefined;
    const expected = isRefused ? 6 : 0;
    const six = await startTlsFront(service.url, authority.issue('IP:::1'), '::1');
    const env = trustingHere({ VOCALSTACK_API_SERVER: six.url });
    for (const line of BOTH) expect((await runHere(line, env)).code).toBe(expected);
    await withProxy(startTinyproxy(), async (proxy) => {
      const proxied = throughHere(proxy.host, { VOCALSTACK_API_SERVER: six.url });
      for (const line of BOTH) expect((await runHere(line, proxied)).code).toBe(expected);
      expect(proxy.tunnels()).toEqual([`[::1]:${six.port}`, `[::1]:${six.port}`]);
    });
    await six.close();
  });
});
