import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOCUMENTED_CALLS } from '../../src/api/documented-calls';
import { PATHS } from '../../src/api/protocol';
import type { HttpRequest } from '../../src/context/http';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { ROUTES } from '../../src/sandbox/routes';
import { fakeClock } from '../../src/system/clock';
import { type Service, startService } from '../e2e/support/service';
import { autoAdvancingClock } from '../support/auto-advancing-clock';
import { envFor, type Network, type RunOptions, run } from '../support/run';
import { newConfigDir } from '../support/stored';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const api = (line: string, options: RunOptions = {}) =>
  run(`api ${line}`, { ...options, env: { ...envFor(sandbox), ...options.env } });

/** Runs `vstoken api`. Returns the result and the requests that were sent. */
async function watched(line: string, options: RunOptions = {}) {
  const sent: HttpRequest[] = [];
  const network = (real: Network): Network => ({
    ...real,
    http: {
      ...real.http,
      send(request) {
        sent.push(request);
        return real.http.send(request);
      },
    },
  });
  return { ...(await api(line, { ...options, network })), sent };
}

const pathOf = ({ url }: HttpRequest) => url.pathname;

/** Starts a server that mints tokens. It answers every other request with the given status, headers and body. */
async function answering(head: string, body: string | Uint8Array, hooks = {}): Promise<Service> {
  const [status = '', ...headers] = head.split('\n');
  return startService({
    onRead(response) {
      response.sendDate = false;
      const pairs = headers.map((line) => line.split(/: (.*)/).slice(0, 2));
      response.writeHead(Number(status.slice(0, 3)), status.slice(4), pairs.flat());
      response.end(body);
    },
    ...hooks,
  });
}

describe('vstoken api', () => {
  it('calls a path with the smallest possible token, and prints the body', async () => {
    const { code, out, err, sent } = await watched('/transcriptions');
    expect({ code, out, err }).toEqual({
      code: 0,
      out: '{"status":"done","data":[]}',
      err: '',
    });
    const [mint, call] = sent;
    expect(mint?.url.search).toBe('?access=readonly&lifetime_s=10&one_time=true');
    expect(call?.method).toBe('GET');
    expect(call?.headers['authorization']).toMatch(/^Bearer /);
    expect(sent).toHaveLength(2);
  });

  it('uses the smallest token, whatever the settings say', async () => {
    const configDir = newConfigDir();
    const set = await run('config set access readwrite --yes', { configDir });
    expect(set.code).toBe(0);
    const { sent } = await watched('/transcriptions', { configDir });
    expect(sent[0]?.url.search).toContain('access=readonly');
  });

  it('accepts a path without its first slash, and a method in lower case', async () => {
    const { code, sent } = await watched('get transcriptions?x=1');
    expect(code).toBe(0);
    expect(sent[1]?.url.href).toBe(`${sandbox.url}/transcriptions?x=1`);
  });

  it('sends the file of --input as JSON, and prints the answer', async () => {
    const body = '{"name":"demo","link":"from-a-file"}';
    const files = { 'body.json': `\ufeff${body}` };
    const line = 'POST /polyglot --access readwrite --input body.json';
    const { code, out, sent } = await watched(line, { files });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ data: { link: 'from-a-file' } });
    const [, call] = sent;
    expect(call?.headers['content-type']).toBe('application/json');
    expect(String(Buffer.from(call?.body ?? []))).toBe(body);
    const piped = await api('PUT /polyglot/none --access readwrite --input -', { stdin: body });
    expect(piped.error).toBeDefined();
    expect(JSON.parse(piped.out)).toMatchObject({ status: 'error', http_code: 404 });
  });

  it('prints the status and the headers with --include, and no body for HEAD', async () => {
    const { code, out } = await api('HEAD /transcriptions --include');
    expect(code).toBe(0);
    expect(out).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:[\w-]+: .*\r\n)+\r\n$/);
    expect(out).toContain('x-api-version: 1.1.0\r\n');
  });

  it('prints one document with --json', async () => {
    const { code, json } = await api('/transcriptions --json --lifetime 20s --no-one-time');
    expect(code).toBe(0);
    const { headers, ms, ...rest } = json<{ headers: Record<string, string>; ms: number }>();
    expect(rest).toEqual({
      status: 200,
      body: { status: 'done', data: [] },
      token: { access: 'readonly', lifetime_s: 20, one_time: false },
    });
    expect(headers).toMatchObject({ 'x-api-version': '1.1.0' });
    expect(ms).toBeGreaterThanOrEqual(0);
    const byKey = await api('/polyglot --as key --json');
    expect(byKey.json()).toMatchObject({ status: 200, token: null });
  });

  it('runs against an embedded sandbox', async () => {
    const { code, out } = await run('api --sandbox /polyglot');
    expect({ code, out }).toEqual({ code: 0, out: '{"status":"done","data":[]}' });
  });

  it.each([
    ['POST /polyglot', 403, 'token_scope', 5, { stdin: 'readonly' }],
    ['/transcriptions', 401, 'token_refused', 4, { stdin: 'unknown' }],
    ['/nope', 404, 'request_rejected', 7, {}],
    ['/polyglot/none', 404, 'request_rejected', 7, {}],
  ] as const)(
    'prints the body of a refusal, and ends with the usual code: %s is %i',
    async (line, status, wanted, exit, { stdin = '' }: { stdin?: string }) => {
      const env = envFor(sandbox);
      const token =
        stdin === 'readonly'
          ? (await run('mint --no-one-time', { env })).out
          : 'MadeUpToken-0123456789abcdef';
      const whole = stdin === '' ? line : `${line} --token-stdin`;
      const { code, out, error } = await api(`${whole} --json`, { stdin: token });
      expect(code).toBe(exit);
      expect(JSON.parse(out)).toMatchObject({ status, body: { status: 'error' } });
      expect(error()).toMatchObject({ code: wanted, exit, http_status: status });
      const plain = await api(whole, { stdin: token });
      expect(plain.code).toBe(exit);
      expect(JSON.parse(plain.out)).toMatchObject({ http_code: status });
      expect(plain.err).toContain(`code:  ${wanted} (exit ${exit})`);
    },
  );

  it('explains why its own readonly token was refused', async () => {
    const configDir = newConfigDir();
    const { out } = await run('mint', { env: envFor(sandbox), configDir });
    const { err } = await api('POST /polyglot --token-stdin', { stdin: out, configDir });
    expect(err).toContain(
      'The token was minted with access readonly, which does not allow this request.',
    );
    const inspected = await run('inspect --json', { stdin: out, configDir });
    expect(inspected.json()).toMatchObject({
      uses: [{ command: 'api', what: 'call', outcome: 'token_scope' }],
    });
  });

  it.each([
    ['', 'invalid_arguments'],
    ['GET', 'invalid_arguments'],
    ['/transcriptions GET', 'invalid_arguments'],
    ['TRACE /transcriptions', 'invalid_arguments'],
    ['GET /transcriptions more', 'invalid_arguments'],
    ['POST /polyglot', 'invalid_arguments'],
    ['POST /polyglot --access readonly', 'invalid_arguments'],
    ['DELETE /polyglot/1 --as key', 'invalid_arguments'],
    ['/polyglot --as key --access readwrite', 'conflicting_options'],
    ['/polyglot --as key --use-token', 'conflicting_options'],
    ['/polyglot --use-token --token-stdin', 'conflicting_options'],
    ['/polyglot --use-token --no-one-time', 'conflicting_options'],
    ['/polyglot --input body.json', 'conflicting_options'],
    ['POST /polyglot --token-stdin --input -', 'conflicting_options'],
    ['POST /polyglot --token-stdin --input /dev/stdin', 'conflicting_options'],
    ['/polyglot --as someone', 'invalid_value'],
  ])('sends nothing for: api %s', async (line, wanted) => {
    const { code, out, error, sent } = await watched(`${line} --json`, {
      env: { VOCALSTACK_AUTH_TOKEN: 'MadeUpToken-0123456789abcdef' },
    });
    expect({ code, out, is: error().code }).toEqual({ code: 2, out: '', is: wanted });
    expect(sent).toEqual([]);
  });

  it('names the option that a method needs', async () => {
    expect((await api('POST /polyglot')).err).toContain('--access readwrite');
    const { err } = await api('POST /polyglot --as key');
    expect(err).toContain('it needs --yes');
    const allowed = await watched('DELETE /polyglot/none --as key --yes');
    expect(allowed.sent.map(pathOf)).toEqual(['/polyglot/none']);
    expect(allowed.sent[0]?.headers['authorization']).toBe(sandbox.apiKey);
  });

  it('sends a replacement character (U+FFFD) if the body itself contains it', async () => {
    const line = 'POST /polyglot --access readwrite --input - --json';
    const body = '{"name":"\ufffd","link":"replaced"}';
    expect(await api(line, { stdin: body })).toMatchObject({ code: 0 });
  });

  it.each([
    ['--token-stdin', { stdin: '' }],
    ['--token-stdin', {}],
    ['--use-token', {}],
  ])('names the api command in the error for a missing token: %s', async (option, options) => {
    const { code, err } = await api(`${option} /polyglot`, options);
    expect(code).not.toBe(0);
    expect(err.replace(/\s+/g, ' ')).toContain('vstoken mint | vstoken api --token-stdin');
  });

  it.each([
    ['missing.json', 'does not exist', {}],
    ['latin1.json', 'is not UTF-8', { 'latin1.json': Uint8Array.of(0x22, 0xe9, 0x22) }],
    ['large.json', 'has more than 1024 KiB', { 'large.json': 'x'.repeat(1024 * 1024 + 1) }],
  ])('mints no token for a body that cannot be sent: %s', async (name, why, files) => {
    const line = `POST /polyglot --access readwrite --input ${name} --json`;
    const withCode = name === 'missing.json';
    const { code, error, sent } = await watched(line, {
      files,
      ...(withCode && {
        context: (built) => ({
          ...built,
          files: {
            ...built.files,
            readBytes: () => Promise.reject(Object.assign(new Error(), { code: 'ENOENT' })),
          },
        }),
      }),
    });
    expect({ code, is: error().code, sent }).toEqual({
      code: 2,
      is: 'input_file_unusable',
      sent: [],
    });
    expect(error().message).toContain(why);
  });

  it('reads a body from a named pipe', async () => {
    const body = '{"name":"demo","link":"from-a-pipe"}';
    const notAFile = Object.assign(new Error(), { code: 'EISDIR' });
    const { code, sent } = await watched('POST /polyglot --access readwrite --input /dev/fd/63', {
      files: { '/dev/fd/63': body },
      context: (built) => ({
        ...built,
        files: { ...built.files, readBytes: () => Promise.reject(notAFile) },
      }),
    });
    expect(code).toBe(0);
    expect(String(Buffer.from(sent[1]?.body ?? []))).toBe(body);
  });

  it('requires a pipe for a body or a token on standard input', async () => {
    for (const line of ['POST /polyglot --access readwrite --input -', '/polyglot --token-stdin']) {
      const { code, error, sent } = await watched(`${line} --json`);
      expect({ code, is: error().code, sent }).toEqual({
        code: 2,
        is: 'stdin_is_terminal',
        sent: [],
      });
    }
  });

  it('extracts the token from the text around it', async () => {
    const { out: token } = await run('mint', { env: envFor(sandbox) });
    const { code, err } = await api('/polyglot --token-stdin', {
      stdin: `Authorization: Bearer ${token}`,
    });
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('Removed:') });
    const refused = await api('/polyglot --token-stdin --json', { stdin: sandbox.apiKey });
    expect(refused.error()).toMatchObject({ code: 'not_a_token' });
  });
});

describe('vstoken api, if a request fails', () => {
  it('retries a GET, each time with another one-time token', async () => {
    const { clock, watch, advanceUntilDone } = autoAdvancingClock();
    const failing = await startSandbox({ faults: ['read:503*2'] });
    const seen: (string | undefined)[] = [];
    const network = (real: Network): Network => {
      const { http, connect } = watch(real);
      const send = (request: HttpRequest) => {
        if (pathOf(request) === '/polyglot') seen.push(request.headers['authorization']);
        return http.send(request);
      };
      return { connect, http: { ...http, send } };
    };
    const options = { env: envFor(failing), clock, network };
    const { code, out } = await advanceUntilDone(run('api /polyglot', options));
    expect({ code, out }).toEqual({ code: 0, out: '{"status":"done","data":[]}' });
    expect(new Set(seen).size).toBe(3);
    await failing.close();
  });

  it.each([
    ['POST /polyglot --access readwrite', {}],
    ['/transcriptions --use-token', { VOCALSTACK_AUTH_TOKEN: 'MadeUpToken-0123456789abcdef' }],
  ])('never repeats %s', async (line, env) => {
    const service = await answering('503 Busy\nx-api-version: 1.1.0', '{"status":"error"}');
    const options = { env: { ...envFor(service), ...env }, clock: fakeClock() };
    const { code, out, err } = await run(`api ${line}`, options);
    expect({ code, out, reads: service.counts.reads }).toEqual({
      code: 7,
      out: '{"status":"error"}',
      reads: 1,
    });
    expect(err).toContain('service_error');
    await service.close();
  });

  it('prints the answer of a captive portal, and does not treat it as the service', async () => {
    const service = await answering('200 OK\ncontent-type: text/html', '<p>Log in</p>');
    const { code, out, err } = await run('api /polyglot', { env: envFor(service) });
    expect({ code, out }).toEqual({ code: 7, out: '<p>Log in</p>' });
    expect(err).toContain('not_vocalstack');
    await service.close();
  });

  it('prints the bytes unchanged, in any encoding, after the headers', async () => {
    const bytes = Uint8Array.of(0xff, 0xfe, 0x00, 0x0a, 0x1b, 0xc3);
    const service = await answering('200 OK\nx-api-version: 1.1.0\nX-Name: caf\u00e9', bytes);
    const written: Buffer[] = [];
    const context: RunOptions['context'] = (built) => ({
      ...built,
      io: {
        ...built.io,
        stdout: {
          ...built.io.stdout,
          write: async (text) => void written.push(Buffer.from(text as Uint8Array)),
        },
      },
    });
    expect((await run('api -i /polyglot', { env: envFor(service), context })).code).toBe(0);
    const all = Buffer.concat(written).toString('latin1');
    expect(all).toContain('\r\nX-Name: caf\u00e9\r\n');
    expect(all.split('\r\n\r\n')[1]).toBe(Buffer.from(bytes).toString('latin1'));
    await service.close();
  });

  it('accepts an answer without a body or with a body that is not JSON', async () => {
    const service = await answering('204 No Content\nx-api-version: 1.1.0', '');
    const empty = await run('api /polyglot --json', { env: envFor(service) });
    expect(empty.json()).toMatchObject({ status: 204, body: null });
    await service.close();
    const other = await answering('200 OK\nx-api-version: 1.1.0', 'plain words\n');
    expect(await run('api /polyglot', { env: envFor(other) })).toMatchObject({
      code: 0,
      out: 'plain words\n',
    });
    await other.close();
  });
});

describe('vstoken api, in a terminal', () => {
  const inTerminal = async (head: string, body: string | Uint8Array, line = 'api /polyglot') => {
    const service = await answering(`${head}\nx-api-version: 1.1.0`, body);
    const result = await run(line, { env: envFor(service), terminal: 'all' });
    await service.close();
    return result;
  };

  it('indents JSON without changing its values', async () => {
    const { out } = await inTerminal('200 OK', '{"a":[1e2,12345678901234567890,{}, []],"b":"c:{"}');
    expect(out).toBe(
      '{\n  "a": [\n    1e2,\n    12345678901234567890,\n    {},\n    []\n  ],\n  "b": "c:{"\n}\n',
    );
  });

  it('S28 escapes control characters in the body, its member names and the headers', async () => {
    const body = '{"\u202ename":"\u009b2J\\u001b[2J"}';
    const head = '200 O\u009bK\nx-what: \u009b2J';
    const { out } = await inTerminal(head, body, 'api -i /polyglot');
    expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(out).toContain('"\\u202ename": "\\u009b2J\\u001b[2J"');
    expect(out).toContain('x-what: \\u009b2J\n');
    const text = await inTerminal('200 OK', 'a\tb\r\n\u001b[2J');
    expect(text.out).toBe('a\tb\n\\u001b[2J\n');
  });

  it('does not print binary data to a terminal', async () => {
    const { out, err } = await inTerminal('200 OK', Uint8Array.of(0xff, 0x1b, 0x5b));
    expect(out).toBe('');
    expect(err).toContain('3 bytes');
  });
});

describe('vstoken api, if an answer contains secrets or commands', () => {
  it('hides the values of cookies in every form of output', async () => {
    const cookies = 'set-cookie: session=CookieValue1; Path=/\nSet-Cookie: CookieValue2';
    const service = await answering(`200 OK\nx-api-version: 1.1.0\n${cookies}`, '{}');
    for (const line of ['api -i /polyglot', 'api --json /polyglot']) {
      const { code, out } = await run(line, { env: envFor(service) });
      expect(code).toBe(0);
      expect(out).toContain('session=(not shown)');
      expect(out).not.toContain('CookieValue');
    }
    await service.close();
  });

  it('S73 escapes a workflow command of a CI runner, and the JSON keeps its meaning', async () => {
    const said = { data: '##vso[task.setvariable]', more: '\u2028::error::' };
    const service = await answering('200 OK\nx-api-version: 1.1.0', JSON.stringify(said));
    const { out, err } = await run('api /polyglot', { env: envFor(service) });
    expect(out).not.toContain('##vso[');
    expect(JSON.parse(out)).toEqual(said);
    expect(err).toContain('A CI runner would execute');
    await service.close();
    const plain = await answering('200 OK\nx-api-version: 1.1.0', 'a\n::error::b');
    expect((await run('api /polyglot', { env: envFor(plain) })).out).toBe('a\n\\u003a:error::b');
    await plain.close();
  });

  it('S61 does not change the rest of a body', async () => {
    const written =
      '{ "n":12345678901234567890, "10":1 ,"9":1.0e5,\t"9":"\\u00e9\\/", "by":"SENT" }\n';
    const service = await startService({
      token: 'HeronTokenOfThirty-Signs',
      onRead(response, { headers }) {
        response.end(written.replace('SENT', headers.authorization ?? ''));
      },
    });
    const { out } = await run('api /polyglot', { env: envFor(service) });
    expect(out).toBe(written.replace('SENT', '(withheld: it contains a secret)'));
    await service.close();
  });

  it('S61 hides the password that was sent if the service repeats it', async () => {
    const body = '{"name":"demo","password":"HeronPassword-77"}';
    const service = await answering('200 OK\nx-api-version: 1.1.0', `{"data":${body}}`);
    const line = 'api POST /polyglot --access readwrite --input -';
    const { out, err } = await run(line, { env: envFor(service), stdin: body });
    expect(JSON.parse(out)).toEqual({
      data: { name: 'demo', password: '(withheld: it contains a secret)' },
    });
    expect(err).toContain('The body contains a secret');
    await service.close();
  });
});

describe('the documented calls', () => {
  it('are those of the sandbox, except minting', () => {
    const own = ROUTES.map(({ method, pattern }) => `${method} ${pattern}`);
    expect(DOCUMENTED_CALLS.map(({ method, path }) => `${method} ${path}`)).toEqual(
      own.filter((call) => call !== `GET ${PATHS.generateToken}`),
    );
  });
});
