import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../src/system/clock';
import { findCanaries } from '../e2e/support/canary';
import { startService } from '../e2e/support/service';
import { closedPort } from '../support/fault-server';
import { run } from '../support/run';
import {
  LOGIN,
  NO_LOGIN,
  OPENED,
  replyOf,
  type SocksAnswer,
  type SocksServer,
  startSocksServer,
  WELCOME,
} from '../support/socks-server';

const KEY = 'SocksCanaryKey6Hk9Zt2Lm';
const TOKEN = 'SocksCanaryToken8Rw3Xp';
const PASSWORD = 'Planted5ocks5ecret@#/:';
const USER = 'planted:user%name';
const LOGIN_PART = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}`;
const SERVER = 'https://api.corp.test:8443';

/** The first command uses REST, and the second command opens a session. */
const REST = 'mint';
const SESSION = 'test --use-token --mode connect';
const BOTH = [REST, SESSION];

type Env = Readonly<Record<string, string>>;

/** Runs a command line. Fails if the output contains a secret. */
async function runLine(line: string, env: Env, options = {}) {
  const own = { VOCALSTACK_API_KEY: KEY, VOCALSTACK_AUTH_TOKEN: TOKEN, ...env };
  const result = await run(line, { env: own, ...options });
  const canaries = [KEY, TOKEN, USER, PASSWORD].map((secret) => ({ name: secret, secret }));
  expect(findCanaries(result, [], canaries)).toEqual([]);
  return result;
}

async function failure(line: string, env: Env, options = {}) {
  const result = await runLine(`${line} --json --verbose`, env, options);
  const error = result.error();
  expect(result.code).toBe(error.exit);
  return { ...error, text: `${error.message} ${error.hint}` };
}

const through = (host: string, scheme = 'socks5h'): Env => ({
  VOCALSTACK_API_SERVER: SERVER,
  ALL_PROXY: `${scheme}://${host}`,
});

async function withServer(
  script: readonly SocksAnswer[],
  task: (server: SocksServer) => Promise<void>,
  port?: number,
) {
  const server = await startSocksServer(script, port);
  try {
    await task(server);
  } finally {
    await server.close();
  }
}

const bytes = (...values: readonly number[]) => Buffer.from(values);
const counted = (text: string) => bytes(Buffer.byteLength(text), ...Buffer.from(text));

describe('S38 a SOCKS proxy receives', () => {
  it('the name of the server with socks5h, and the complete login', () =>
    withServer([LOGIN, WELCOME, replyOf(4)], async (server) => {
      await failure(REST, through(`${LOGIN_PART}@${server.host}`));
      expect(server.heard).toEqual([
        bytes(5, 2, 0, 2),
        Buffer.concat([bytes(1), counted(USER), counted(PASSWORD)]),
        Buffer.concat([bytes(5, 1, 0, 3), counted('api.corp.test'), bytes(8443 >> 8, 8443 & 255)]),
      ]);
    }));

  it('a user and a password of at most 255 bytes each', () =>
    withServer([LOGIN, WELCOME, replyOf(4)], async (server) => {
      const [most, tooLong] = [`${'ü'.repeat(127)}x`, 'ü'.repeat(128)];
      await failure(REST, through(`${most}:${most}@${server.host}`));
      expect(server.heard[1]).toEqual(Buffer.concat([bytes(1), counted(most), counted(most)]));
      const said = server.heard.length;
      for (const login of [`${tooLong}:p`, `u:${tooLong}`]) {
        const { code, message } = await failure(REST, through(`${login}@${server.host}`));
        expect(code).toBe('proxy_invalid');
        expect(message).toContain('255 bytes');
      }
      expect(server.heard.length).toBe(said);
    }));

  it('no name that is longer than 255 bytes', () =>
    withServer([NO_LOGIN, replyOf(4)], async (server) => {
      const VOCALSTACK_API_SERVER = `https://${Array(5).fill('a'.repeat(60)).join('.')}`;
      for (const line of BOTH) {
        const way = { ...through(`${LOGIN_PART}@${server.host}`), VOCALSTACK_API_SERVER };
        expect(await failure(line, way)).toMatchObject({ code: 'proxy_failed', exit: 6 });
      }
      expect(server.connections()).toBe(0);
    }));

  it('no login if the variable has none, and an address as an address', () =>
    withServer([NO_LOGIN, replyOf(4)], async (server) => {
      for (const scheme of ['socks5', 'socks5h']) {
        const six = { VOCALSTACK_API_SERVER: 'https://[fd00::1]' };
        await failure(REST, { ...through(server.host, scheme), ...six });
        await failure(REST, {
          ...through(server.host, scheme),
          VOCALSTACK_API_SERVER: 'https://10.1.2.3',
        });
      }
      const [greeting, six, , four] = server.heard;
      expect(greeting).toEqual(bytes(5, 1, 0));
      expect(six).toEqual(bytes(5, 1, 0, 4, 0xfd, ...Array(14).fill(0), 1, 1, 187));
      expect(four).toEqual(bytes(5, 1, 0, 1, 10, 1, 2, 3, 1, 187));
    }));
});

describe('S38 S43 a SOCKS proxy that fails', () => {
  const MORE = Buffer.alloc(300_000, 5);
  const cases: readonly (readonly [string, readonly SocksAnswer[], string])[] = [
    [
      'speaks HTTP',
      [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
      'does not answer like a SOCKS5',
    ],
    ['speaks SOCKS4', [bytes(0, 91, 0, 0, 0, 0, 0, 0)], 'does not answer like a SOCKS5'],
    ['speaks TLS', [bytes(0x15, 3, 1, 0, 2, 2, 70)], 'does not answer like a SOCKS5'],
    ['sends endless data', [MORE], 'login method that vstoken does not support'],
    ['sends more than one answer', [LOGIN, MORE], 'refuses the user and password'],
    [
      'answers with another version',
      [NO_LOGIN, bytes(4, 0, 0, 1, 0)],
      'does not answer like a SOCKS5',
    ],
    [
      'answers the request with HTTP',
      [NO_LOGIN, Buffer.from('HTTP/1.1 200 OK')],
      'does not answer like a SOCKS5',
    ],
    [
      'answers with an unknown address type',
      [NO_LOGIN, bytes(5, 0, 0, 9, 0, 0, 0)],
      'does not answer like a SOCKS5',
    ],
    ['hangs up', ['hang up'], 'closed the connection'],
    ['resets', ['reset'], 'closed the connection'],
    ['hangs up during the login', [LOGIN, 'hang up'], 'closed the connection'],
    ['hangs up after the request', [NO_LOGIN, 'hang up'], 'closed the connection'],
    ['gives no reason', [NO_LOGIN, replyOf(1)], 'api.corp.test:8443: the proxy gives no reason'],
    [
      'does not allow it',
      [NO_LOGIN, replyOf(2)],
      'the rules of the proxy do not allow this connection',
    ],
    ['cannot reach the network', [NO_LOGIN, replyOf(3)], 'cannot reach the network'],
    ['cannot reach the host', [NO_LOGIN, replyOf(4)], 'the proxy cannot reach the server'],
    ['is refused by the server', [NO_LOGIN, replyOf(5)], 'nothing listens at this address'],
    ['gives up after a while', [NO_LOGIN, replyOf(6)], 'took too long'],
    ['does not support connections', [NO_LOGIN, replyOf(7)], 'does not support outgoing'],
    ['does not support the address type', [NO_LOGIN, replyOf(8)], 'does not support this type'],
    ['gives an unknown code', [NO_LOGIN, replyOf(99)], 'error 99'],
  ];
  describe.each(BOTH)('vstoken %s', (line) => {
    it.each(cases)('fails with the correct error if the proxy %s', (_, script, reason) =>
      withServer(script, async (server) => {
        const error = await failure(line, through(`${LOGIN_PART}@${server.host}`));
        expect(error.text).toContain(reason);
        expect(error.text).toContain(`${server.host} (ALL_PROXY)`);
        const code = /login|password/.test(reason) ? 'proxy_auth_required' : 'proxy_failed';
        expect(error).toMatchObject({ code, exit: 6, hint: expect.stringMatching(/./) });
        await server.until(() => server.openConnections() === 0);
        expect(server.connections()).toBe(1);
      }),
    );

    it.each([
      [
        'requires a login',
        [bytes(5, 255)],
        '',
        'requires a user and password, but there are none in',
      ],
      [
        'chooses a login that was not offered',
        [LOGIN, bytes(1, 1)],
        '',
        'there are none in ALL_PROXY',
      ],
      ['refuses the login', [LOGIN, bytes(1, 1)], LOGIN_PART, 'refuses the user and password in'],
      [
        'requires another method',
        [bytes(5, 255)],
        LOGIN_PART,
        'login method that vstoken does not support',
      ],
      ['requires GSSAPI', [bytes(5, 1)], '', 'login method that vstoken does not support'],
    ] as const)('fails with the correct error if the proxy %s', (_, script, login, reason) =>
      withServer([...script], async (server) => {
        const error = await failure(line, through(`${login && `${login}@`}${server.host}`));
        expect(error).toMatchObject({ code: 'proxy_auth_required', exit: 6 });
        expect(error.message).toContain(reason);
      }),
    );

    it('fails with the correct error if nothing listens there', async () => {
      const host = `127.0.0.1:${await closedPort()}`;
      const error = await failure(line, through(host));
      expect(error).toMatchObject({ code: 'proxy_failed', exit: 6 });
      expect(error.message).toContain(
        `No connection through the proxy ${host} (ALL_PROXY): nothing`,
      );
    });

    it.each([
      ['at once', 1, ['silence']],
      ['in the middle of its answer', 1, [bytes(5), 'silence']],
      ['after the login', 2, [LOGIN, 'silence']],
      ['after the request', 2, [NO_LOGIN, bytes(5, 0, 0, 3, 200), 'silence']],
      ['in the tunnel', 3, [NO_LOGIN, OPENED, 'silence']],
    ] satisfies [string, number, SocksAnswer[]][])(
      'ends at the time limit if the proxy is silent %s',
      (_, messages, script) =>
        withServer(script, async (server) => {
          const clock = fakeClock();
          const ending = failure(
            `${line} --timeout 1500ms`,
            through(`${LOGIN_PART}@${server.host}`),
            {
              clock,
            },
          );
          await Promise.race([server.until(() => server.heard.length === messages), ending]);
          await clock.advance(1499);
          expect(clock.waiting()).toContain(1);
          await clock.advance(1);
          const { code, text } = await ending;
          expect(code).toBe('timeout');
          expect(text).toContain(`through the proxy ${server.host} (ALL_PROXY)`);
          expect(text).toContain('speaks SOCKS5');
          await server.until(() => server.openConnections() === 0);
        }),
    );

    it('S49 disconnects after an interruption', () =>
      withServer(['silence'], async (server) => {
        const stopping = new AbortController();
        const { CliError } = await import('../../src/core/errors');
        const ending = failure(line, through(server.host), { signal: stopping.signal });
        await server.until(() => server.heard.length === 1);
        stopping.abort(new CliError('interrupted', 'Interrupted.'));
        expect((await ending).code).toBe('interrupted');
        await server.until(() => server.openConnections() === 0);
      }));
  });
});

describe('S38 a SOCKS proxy that works', () => {
  it('passes on data directly after its answer, even if the answer arrives byte by byte', async () => {
    const body = JSON.stringify({ status: 'done', data: 'token-that-came-early' });
    const head = `HTTP/1.1 200 OK\r\nX-API-Version: 1.1.0\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const name = Buffer.concat([bytes(5, 0, 0, 3), counted('n'.repeat(200)), bytes(0, 80)]);
    for (const reply of [OPENED, name]) {
      await withServer([NO_LOGIN, Buffer.concat([reply, Buffer.from(head + body)])], async (to) => {
        const { code, out } = await runLine('mint', {
          VOCALSTACK_API_SERVER: 'http://127.0.0.1:9',
          VOCALSTACK_PROXY_LOOPBACK: '1',
          ALL_PROXY: `socks5h://${to.host}`,
        });
        expect({ code, out }).toEqual({ code: 0, out: 'token-that-came-early\n' });
      });
    }
  });

  it.each(['all_proxy', 'ALL_PROXY', 'http_proxy', 'HTTP_PROXY'])(
    'named by %s is used for requests and sessions, but for this machine only if that is requested',
    async (variable) => {
      const service = await startService();
      const port = Number(new URL(service.url).port);
      await withServer(
        [NO_LOGIN, OPENED],
        async (server) => {
          const env = {
            VOCALSTACK_API_SERVER: service.url,
            [variable]: `socks5://${server.host}`,
          };
          expect((await runLine('test --mode connect', env)).code).toBe(0);
          expect(server.connections()).toBe(0);
          const asked = { ...env, VOCALSTACK_PROXY_LOOPBACK: '1' };
          expect((await runLine('test --mode connect', asked)).code).toBe(0);
          expect(server.connections()).toBe(2);
          const exempt = { ...asked, NO_PROXY: '127.0.0.1' };
          expect((await runLine('test --mode connect', exempt)).code).toBe(0);
          expect(server.connections()).toBe(2);
        },
        port,
      );
      await service.close();
    },
  );

  it('in ALL_PROXY is not used if HTTPS_PROXY is set', () =>
    withServer([NO_LOGIN, replyOf(5)], async (server) => {
      const env = { ...through('127.0.0.1:1'), HTTPS_PROXY: `socks5h://${server.host}` };
      expect((await failure(REST, env)).message).toContain(`${server.host} (HTTPS_PROXY)`);
    }));

  it('S65 gets localhost as IP addresses, one after the other', () =>
    withServer([NO_LOGIN, replyOf(5)], async (server) => {
      await failure(REST, {
        VOCALSTACK_API_SERVER: 'http://localhost:9',
        VOCALSTACK_PROXY_LOOPBACK: '1',
        ALL_PROXY: `socks5h://${server.host}`,
      });
      const requests = server.heard.filter((message) => message[3] !== undefined);
      expect(requests).toEqual([
        bytes(5, 1, 0, 1, 127, 0, 0, 1, 0, 9),
        bytes(5, 1, 0, 4, ...Array(15).fill(0), 1, 0, 9),
      ]);
    }));
});
