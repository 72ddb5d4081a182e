import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type CallOptions, call } from '../sandbox/support';
import { runUntilStopped } from '../support/until-stopped';
import { leaksOf } from './support/encodings';
import { envFor, type Running, startBinary } from './support/run-binary';
import { type Hooks, sendJson, startService } from './support/service';

const KEY = 'CanaryKey/9c1+4x&%41=z"Qw\\5(end';
const TOKEN = 'CanaryToken~Kp3"w+&%3D\\4/x=fin';
const PAGE = 'http://localhost:5173';

interface Endpoint {
  readonly url: string;
  readonly path: string;
  readonly secret: string;
  readonly api_server: string;
}

async function announced(program: Running): Promise<Endpoint> {
  const [line] = await program.untilOut(/^.*\n/);
  return JSON.parse(line);
}

type Answer = (response: ServerResponse, authorization: string) => void;

const failing =
  (status: number): Answer =>
  (response, text) =>
    sendJson(response, status, { status: 'error', data: null, error: `unknown: ${text}` });

/** How the service answers a request for a token, and the error code that the page then gets. Null means success. */
const OUTCOMES: readonly (readonly [
  outcome: string,
  code: string | null,
  answer: Answer | null,
])[] = [
  ['success', null, null],
  ['401', 'key_refused', failing(401)],
  ['403', 'forbidden', failing(403)],
  ['418', 'request_rejected', failing(418)],
  ['an error with status 200', 'service_error', failing(200)],
  [
    'bad JSON',
    'invalid_response',
    (response, text) => response.writeHead(200, { 'x-api-version': '1.1.0' }).end(`{"${text}`),
  ],
  [
    'a redirect',
    'redirected',
    (response, text) =>
      response.writeHead(302, { location: `http://127.0.0.1:9/?${text}` }).end(text),
  ],
  ['a reset', 'connection_reset', (response) => response.socket?.resetAndDestroy()],
];

/** Returns requests of every kind: with valid, missing and wrong credentials, and with secrets in wrong places. */
function requestsTo({ path, secret }: Endpoint): readonly (readonly [string, CallOptions])[] {
  const authorization = `Bearer ${secret}`;
  const json = { 'content-type': 'application/json' };
  return [
    [path, { authorization }],
    [path, { headers: { origin: PAGE } }],
    [path, { method: 'POST', headers: { origin: PAGE, ...json }, body: '{"lifetime_s":5}' }],
    [path, {}],
    [path, { authorization: `Bearer ${KEY}` }],
    [path, { headers: { origin: `http://${TOKEN}` } }],
    [`${path}?access=${encodeURIComponent(KEY)}`, { authorization }],
    [path, { method: 'POST', authorization, headers: json, body: `{"access":"${TOKEN}"}` }],
    [`/${encodeURIComponent(KEY)}`, { authorization }],
    [path, { headers: { host: encodeURIComponent(KEY) } }],
    [path, { method: 'OPTIONS', headers: { origin: PAGE } }],
  ];
}

type Use = (line: string) => Promise<void>;
type Variables = Readonly<Record<string, string>>;

/** Runs the built program, calls `use`, and stops the program with SIGTERM. */
async function serveSpawned(args: readonly string[], env: Variables, use: Use) {
  const program = startBinary(args, { env });
  const [line] = await program.untilOut(/^.*\n/);
  await use(line);
  program.child.kill('SIGTERM');
  return program.done;
}

/** Runs serve in this process, calls `use`, and interrupts serve. */
const serveHere = (args: readonly string[], env: Variables, use: Use) =>
  runUntilStopped(args.join(' '), use, {
    env,
    context: (built) => ({ ...built, randomId: () => randomUUID() }),
  });

/** The outcomes that are tested in a separate process. All other outcomes are tested in this process. */
const SPAWNED = ['success', 'a reset'];

describe.concurrent('S58 no key, token or secret is in an answer or output where it does not belong', () => {
  it.each(OUTCOMES)('S58 minting that ends in %s shows none', async (outcome, code, answer) => {
    // At the start of each run, serve mints a token to check its key. This first mint must succeed.
    let isFirst = true;
    const hooks: Hooks = answer
      ? {
          onMint(response, request) {
            if (!isFirst) return answer(response, request.headers.authorization ?? '');
            isFirst = false;
            return sendJson(response, 200, { status: 'done', data: TOKEN });
          },
        }
      : {};
    const service = await startService({ token: TOKEN, ...hooks });
    const env = { VOCALSTACK_API_SERVER: service.url, VOCALSTACK_API_KEY: KEY };
    for (const mode of [[], ['--verbose']]) {
      isFirst = true;
      const args = ['serve', '--port', '0', '--json', '--allow-origin', PAGE, ...mode];
      const isSpawned = SPAWNED.includes(outcome);
      const asked = { secret: '', codes: [] as string[] };
      const {
        code: exit,
        out,
        err,
      } = await (isSpawned ? serveSpawned : serveHere)(args, env, async (line) => {
        const endpoint: Endpoint = JSON.parse(line);
        asked.secret = endpoint.secret;
        for (const [target, options] of requestsTo(endpoint)) {
          const reply = await call(endpoint.url, target, options);
          const bytes = JSON.stringify(reply.headers) + String(reply.body);
          expect(leaksOf(KEY, bytes)).toEqual([]);
          expect(leaksOf(endpoint.secret, bytes)).toEqual([]);
          if (reply.status === 200) expect(JSON.parse(String(reply.body)).token).toBe(TOKEN);
          else expect(leaksOf(TOKEN, bytes)).toEqual([]);
          if (reply.status === 502) asked.codes.push(JSON.parse(String(reply.body)).error.code);
          expect(reply.headers['cache-control']).toBe('no-store');
        }
      });
      expect(asked.codes).toEqual(code === null ? [] : [code, code, code]);
      expect(exit).toBe(isSpawned ? 143 : 130);
      expect(out.split('\n')).toHaveLength(2);
      for (const secret of [KEY, TOKEN]) expect(leaksOf(secret, out + err)).toEqual([]);
      expect(leaksOf(asked.secret, err)).toEqual([]);
      expect(err).not.toMatch(/^ +at /m);
    }
    await service.close();
  });
});

describe('vstoken serve --sandbox', () => {
  it('starts a service and an endpoint, and stops both', async () => {
    const program = startBinary([
      ...['serve', '--sandbox', '--port', '0', '--json'],
      ...['--allow-origin', 'https://app.example.com'],
    ]);
    const { url, path, api_server: service } = await announced(program);
    const page = { origin: 'https://app.example.com' };
    const minted = await call(url, path, { headers: page });
    expect(minted.status).toBe(200);
    const { token, access } = JSON.parse(String(minted.body));
    expect(access).toBe('readwrite');
    const read = await call(service, '/transcriptions', {
      authorization: `Bearer ${token}`,
      headers: page,
    });
    expect(read.status).toBe(200);
    expect(read.headers['access-control-allow-origin']).toBe('https://app.example.com');
    program.child.kill('SIGINT');
    expect((await program.done).code).toBe(130);
    await expect(call(service, '/transcriptions')).rejects.toThrow();
    await expect(call(url, path)).rejects.toThrow();
  });

  it('uses another port for its sandbox if the usual one is taken', async () => {
    const first = startBinary(['serve', '--sandbox', '--port', '0', '--json']);
    const second = startBinary(['serve', '--sandbox', '--port', '0', '--json']);
    const [one, two] = [await announced(first), await announced(second)];
    expect(one.api_server).not.toBe(two.api_server);
    for (const program of [first, second]) program.child.kill('SIGTERM');
    await Promise.all([first.done, second.done]);
  });
});

describe('vstoken serve', () => {
  it('works with the shell line that it prints', async () => {
    const service = await startService({ token: 'token-1' });
    const program = startBinary(['serve', '--port', '0'], { env: envFor(service) });
    const [, url = ''] = await program.untilOut(/^Listening on (\S+)\n/);
    const [, secret = ''] = await program.untilOut(/^Secret: +(\S+)$/m);
    const { origin, pathname } = new URL(url);
    const reply = await call(origin, pathname, { authorization: `Bearer ${secret}` });
    expect(JSON.parse(String(reply.body)).token).toBe('token-1');
    program.child.kill('SIGTERM');
    const { out, err } = await program.done;
    expect(out).toMatch(/^Tokens: {2}at most readonly, one-time, 10 s$/m);
    expect(err).toMatch(/^note: No page can get tokens\./m);
    expect(err).not.toContain('curl');
    await service.close();
  });
});
