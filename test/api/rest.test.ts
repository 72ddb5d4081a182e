import { afterEach, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { checkAnswer } from '../../src/api/answers';
import { HEADERS, REASONS } from '../../src/api/protocol';
import { plainSuccess, shownQuery } from '../../src/api/rest';
import { versionCheck } from '../../src/api/versions';
import type { ErrorCode } from '../../src/core/error-codes';
import {
  type Answer,
  answer,
  type Behaviour,
  type FaultServer,
  json,
  startFaultServer,
} from '../support/fault-server';
import {
  apiFor,
  CANARY_KEY,
  CANARY_TOKEN,
  expectNoSecret,
  type Fixture,
  failureOf,
  key,
  OPTIONS,
  settle,
  token,
} from './api-fixture';

const MINTED = json({ status: 'done', data: 'token-1' });
const LISTED = json({ status: 'done', data: [{}, {}] });

let server: FaultServer;
let fixture: Fixture;
afterEach(async () => {
  fixture?.close();
  await server?.close();
});

async function serve(...script: readonly Behaviour[]): Promise<Fixture> {
  fixture?.close();
  await server?.close();
  server = await startFaultServer(script);
  fixture = apiFor(server.origin);
  return fixture;
}

async function mintFailure(behaviour: Behaviour) {
  const { api, clock } = await serve(behaviour);
  return failureOf(settle(clock, api.mintToken(key, OPTIONS)));
}

async function readFailure(behaviour: Behaviour) {
  const { api, clock } = await serve(behaviour);
  return failureOf(settle(clock, api.countTranscriptions(token, { oneTime: false })));
}

describe('the requests of the client', () => {
  it('minting sends the key without a scheme, the version and all three options', async () => {
    const { api } = await serve(MINTED);
    await api.mintToken(key, { access: 'readwrite', lifetimeS: 120, oneTime: false });
    const [request] = server.requests;
    expect(request?.method).toBe('GET');
    expect(request?.target).toBe(
      '/security/generate-token?access=readwrite&lifetime_s=120&one_time=false',
    );
    expect(request?.head.toLowerCase()).toContain(
      `\r\nauthorization: ${CANARY_KEY.toLowerCase()}\r\n`,
    );
    expect(request?.headers).toMatchObject({
      authorization: CANARY_KEY,
      'x-expected-api-version': '1.1.0',
      accept: 'application/json',
      'user-agent': `vstoken/${version} node/${process.versions.node}`,
      host: new URL(server.origin).host,
    });
  });

  it('reading sends the token after Bearer, and no query', async () => {
    const { api } = await serve(LISTED);
    expect(await api.countTranscriptions(token, { oneTime: true })).toBe(2);
    expect(server.requests[0]?.target).toBe('/transcriptions');
    expect(server.requests[0]?.headers['authorization']).toBe(`Bearer ${CANARY_TOKEN}`);
  });

  it('many requests use one connection', async () => {
    const { api } = await serve(MINTED);
    for (let count = 0; count < 5; count += 1) await api.mintToken(key, OPTIONS);
    expect([server.requests.length, server.connections()]).toEqual([5, 1]);
  });

  it('S19 S22 a line for each attempt is logged, without secrets', async () => {
    const { api, clock, traces } = await serve(answer({ status: 503, version: null }), MINTED);
    await settle(clock, api.mintToken(key, OPTIONS));
    const line = 'GET /security/generate-token access=readonly lifetime_s=10 one_time=true';
    expect(traces).toEqual([
      `${line} -> 503 in 0 ms, no API version`,
      `${line} -> 200 in 0 ms, API 1.1.0`,
    ]);
    const { traces: more } = await serve(json({}, { version: CANARY_KEY }));
    await failureOf(fixture.api.mintToken(key, OPTIONS));
    expect(more).toEqual([`${line} -> 200 in 0 ms, unreadable API version`]);
    expectNoSecret(traces.join());
  });
});

it('S19 the log shows only harmless parameters that have a value', () => {
  const query = {
    url: 'https://a/?sig=x',
    access: 'readonly',
    language: '',
    lifetime_s: undefined,
  };
  expect(shownQuery({ ...query, max_duration_s: 0 })).toBe(' access=readonly max_duration_s=0');
});

describe('refusals', () => {
  const key401 = {
    status: 401,
    body: '{"status":"error","error":"unknown API key or auth token"}',
  };
  const of = (status: number, error: unknown): Answer => ({
    status,
    body: JSON.stringify({ status: 'error', data: null, error }),
  });
  const minting: readonly (readonly [string, Answer, ErrorCode])[] = [
    ['401', key401, 'key_refused'],
    ['401 that speaks of tokens', of(401, REASONS.tokenExpired), 'key_refused'],
    ['403', { status: 403 }, 'forbidden'],
    ['404', { status: 404 }, 'minting_unavailable'],
    ['410', { status: 410 }, 'minting_unavailable'],
    [
      '404 of a service without versions',
      { status: 404, version: null, body: '{"detail":"Not Found"}' },
      'minting_unavailable',
    ],
    ['404 of a web server', { status: 404, version: null, body: '<html>' }, 'not_vocalstack'],
    ['400', of(400, 'lifetime'), 'request_rejected'],
    ['422', { status: 422 }, 'request_rejected'],
    ['500', { status: 500, version: null }, 'service_error'],
    ['408', { status: 408, version: null }, 'service_error'],
    ['429', { status: 429, version: null }, 'rate_limited'],
    [
      'discontinued',
      { headers: { 'X-API-Version-Discontinued': '1' }, version: null },
      'api_discontinued',
    ],
    [
      'discontinued and 410',
      { status: 410, headers: { 'x-api-version-discontinued': '1' } },
      'api_discontinued',
    ],
    ['a failure inside a 200', of(200, 'no luck'), 'service_error'],
  ];
  it.each(minting)('minting fails with the correct error: %s', async (_, given, code) => {
    const error = await mintFailure(answer(given));
    expect(error.code).toBe(code);
    expect(error.httpStatus).toBe(given.status ?? 200);
  });

  const reading: readonly (readonly [string, Answer, ErrorCode])[] = [
    ['401 expired', of(401, REASONS.tokenExpired), 'token_expired'],
    ['401 spent', of(401, REASONS.tokenSpent), 'token_spent'],
    ['401 unknown', of(401, REASONS.credentialUnknown), 'token_refused'],
    ['401 of other text', of(401, `${REASONS.tokenSpent}.`), 'token_refused'],
    ['401 that names a member of every object', of(401, 'constructor'), 'token_refused'],
    ['401 without JSON', { status: 401, body: 'no' }, 'token_refused'],
    ['401 whose error is not a string', of(401, { a: 1 }), 'token_refused'],
    ['403 readonly', of(403, REASONS.tokenReadonly), 'token_scope'],
    ['403', { status: 403 }, 'token_scope'],
    ['404', { status: 404 }, 'request_rejected'],
  ];
  it.each(reading)('reading fails with the correct error: %s', async (_, given, code) => {
    const error = await readFailure(answer(given));
    expect(error.code).toBe(code);
    expect(error.httpStatus).toBe(given.status);
  });

  it('the error after 404 on minting does not blame the key', async () => {
    const error = await mintFailure(answer({ status: 404 }));
    expect(error.message).not.toMatch(/invalid|refused/);
    expect(error.hint).toContain('The API key is not the cause');
  });

  it('the error after 400 on minting names the requested options', async () => {
    const { message } = await mintFailure(answer(of(400, 'no')));
    expect(message).toContain('a readonly, one-time token with a lifetime of 10 s');
  });

  it('S19 S22 a short text of the service is quoted, unless it repeats the credential in any form', async () => {
    const headers = [CANARY_KEY, `x${CANARY_KEY}`, `xy${CANARY_KEY}y`];
    const forms = [
      ...headers,
      ...headers.map((text) => Buffer.from(text).toString('base64')),
      ...headers.map((text) => Buffer.from(text).toString('base64url')),
      Buffer.from(CANARY_KEY).toString('hex'),
      Buffer.from(CANARY_KEY).toString('hex').toUpperCase(),
      encodeURIComponent(CANARY_KEY),
      [...CANARY_KEY].reverse().join(''),
    ];
    for (const form of forms) {
      const { message } = await mintFailure(answer(of(401, `key ${form} is wrong`)));
      expect(message).toMatch(/says: \(withheld: it contains a secret\)$/);
    }
    const harmless = await mintFailure(answer(of(401, 'the key is wrong')));
    expect(harmless.message).toContain('The service says: "the key is wrong"');
    const { message } = await mintFailure(answer(of(500, 'x'.repeat(5000))));
    expect(message.length).toBeLessThan(400);
    const read = await readFailure(answer(of(400, `what is ${CANARY_TOKEN}`)));
    expect(read.message).not.toContain('what is');
  });
});

describe('API versions', () => {
  const refused: readonly (readonly [string, ErrorCode])[] = [
    ['1.0.9', 'api_version_too_low'],
    ['0.9.9', 'api_version_too_low'],
    ['0.0.0', 'api_version_too_low'],
    ['1.1', 'api_version_missing'],
    ['1.1.0.0', 'api_version_missing'],
    ['v1.1.0', 'api_version_missing'],
    ['1.1.x', 'api_version_missing'],
    ['1.1.-1', 'api_version_missing'],
    ['1.1.0-beta', 'api_version_missing'],
    ['', 'api_version_missing'],
    ['1.1.0, 1.1.0', 'api_version_missing'],
    ['1.1.99999999999999999999', 'api_version_missing'],
  ];
  it.each(refused)('the version %j is rejected', async (version, code) => {
    expect((await mintFailure(json({ status: 'done', data: 'token-1' }, { version }))).code).toBe(
      code,
    );
  });

  it('a missing version is reported according to the format of the body', async () => {
    const version = null;
    const envelope = json({ status: 'done', data: 'token-1' }, { version });
    expect((await mintFailure(envelope)).code).toBe('api_version_missing');
    expect((await mintFailure(json({ token: 'x' }, { version }))).code).toBe('not_vocalstack');
    expect((await mintFailure(answer({ body: 'hello', version }))).code).toBe('not_vocalstack');
  });

  it.each([
    ['1.1.0', []],
    ['1.1.7', []],
    ['1.2.0', [/newer minor version/]],
    ['2.0.0', [/newer major version/]],
    ['2.5.1', [/newer major version/]],
  ])(
    'the version %s is accepted, and its warning is shown only once',
    async (version, expected) => {
      const { api, warnings } = await serve(json({ status: 'done', data: 'token-1' }, { version }));
      await api.mintToken(key, OPTIONS);
      await api.mintToken(key, OPTIONS);
      expect(warnings.length).toBe(expected.length);
      for (const [index, pattern] of expected.entries()) expect(warnings[index]).toMatch(pattern);
    },
  );
});

describe('the format of a token answer', () => {
  it.each([
    ['data', { status: 'done', data: 'token-1' }],
    ['data.token', { status: 'done', data: { token: 'token-1' } }],
    ['data.data', { status: 'done', data: { status: 'done', data: 'token-1' } }],
    ['token', { token: 'token-1' }],
    ['unknown members', { status: 'done', data: 'token-1', more: [1], data2: {} }],
  ])('S31 a token is read from an answer with %s', async (_, body) => {
    const { api } = await serve(json(body));
    expect((await api.mintToken(key, OPTIONS)).token.reveal()).toBe('token-1');
  });

  it('S31 a token can have every visible ASCII character, up to 4096 characters', async () => {
    const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join(
      '',
    );
    for (const data of [visible, '!', 'x'.repeat(4096)]) {
      const { api } = await serve(json({ status: 'done', data }));
      expect((await api.mintToken(key, OPTIONS)).token.reveal()).toBe(data);
    }
  });

  it.each([
    ['an empty token', ''],
    ['a space', 'a b'],
    ['a line break', 'token\nexport X=1'],
    ['a NUL', 'a\0b'],
    ['an escape', '\x1b]52;c;x\x07'],
    ['DEL', 'a\x7f'],
    ['no ASCII', 'tökén'],
    ['4097 characters', 'x'.repeat(4097)],
  ])('S31 S22 %s is not accepted as a token, and not quoted', async (_, text) => {
    const data = text === '' ? text : `${CANARY_TOKEN}${text}`;
    expect((await mintFailure(json({ status: 'done', data }))).code).toBe('invalid_response');
  });

  it.each([
    ['a number', { status: 'done', data: 5 }],
    ['null', { status: 'waiting', data: null }],
    ['a list', { status: 'done', data: [CANARY_TOKEN] }],
    ['nothing', {}],
    ['a token that is a number', { data: { token: 5 } }],
    ['a status that is not a string', { status: 5, data: 'token-1' }],
    ['a list as the whole answer', [{ data: 'token-1' }]],
    ['a string as the whole answer', CANARY_TOKEN],
  ])('S42 an answer with %s is an error', async (_, body) => {
    expect((await mintFailure(json(body))).code).toBe('invalid_response');
  });

  it('S42 __proto__ and constructor in an answer are ignored, and Object.prototype is not changed', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const hostile =
      '{"__proto__":{"data":"evil","token":"evil","polluted":1},"constructor":{"prototype":{"polluted":1}}';
    expect((await mintFailure(answer({ body: `${hostile}}` }))).code).toBe('invalid_response');
    const inData = `{"status":"done","data":{"__proto__":{"token":"evil"}}}`;
    expect((await mintFailure(answer({ body: inData }))).code).toBe('invalid_response');
    const { api } = await serve(answer({ body: `${hostile},"data":"token-1"}` }));
    expect((await api.mintToken(key, OPTIONS)).token.reveal()).toBe('token-1');
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect('polluted' in {}).toBe(false);
  });

  it.each([[{ status: 'done', data: {} }], [{ status: 'done', data: 'x' }], [{ status: 'done' }]])(
    'S42 an invalid list of transcriptions is an error: %j',
    async (body) => {
      expect((await readFailure(json(body))).code).toBe('invalid_response');
    },
  );
});

it('S53 the lifetime of a token is counted from before its request, even if the wall clock changes', async () => {
  const { api, clock } = await serve((socket, request) => {
    clock.jump(3_600_000);
    MINTED(socket, request);
  });
  const before = clock.now();
  expect(await api.mintToken(key, OPTIONS)).toMatchObject({ sentAt: before, sentAtMonotonic: 0 });
});

describe('an answer that plainSuccess accepts', () => {
  const STATUSES = [200, 201, 302, 401, 404, 503];
  const VERSIONS = [undefined, '1.1.0', '1.1.1', '1.2.0', '2.0.0', '1.0.9', ' 1.1.0', '1.1', ''];
  const DISCONTINUED = [undefined, '', '0', '1'];
  const STATES = [undefined, null, 'done', 'waiting', 'error', 'Error', '', 0, {}, ['error']];
  const BODIES = [
    ...STATES.map((status) => JSON.stringify({ status, data: 'x' })),
    ...['', 'null', '[]', '"done"', '{"status":"done"', '{"__proto__":{"status":"error"}}'],
  ];
  const responses = STATUSES.flatMap((status) =>
    VERSIONS.flatMap((version) =>
      DISCONTINUED.flatMap((discontinued) =>
        BODIES.map((body) => ({
          status,
          headers: {
            ...(version === undefined ? {} : { [HEADERS.version]: version }),
            ...(discontinued === undefined ? {} : { [HEADERS.discontinued]: discontinued }),
          },
          body,
        })),
      ),
    ),
  );
  const taken = responses.flatMap((response) => {
    const json = plainSuccess(response);
    return json ? [{ response, json }] : [];
  });

  it('is accepted by checkAnswer unchanged and without a warning', () => {
    for (const { response, json: expected } of taken) {
      const warnings: string[] = [];
      const judged = checkAnswer(response, {
        ...{ apiServer: 'http://localhost', host: 'localhost', purpose: 'x', minting: true },
        credential: { kind: 'key', secret: key },
        checkVersion: versionCheck('localhost', (text) => warnings.push(text)),
        now: 0,
        withhold: (text) => text,
      });
      expect(judged).toEqual(expected);
      expect(warnings).toEqual([]);
    }
  });

  it('is always an ordinary success', () => {
    const ordinary = taken.filter(({ response }) => response.body === BODIES[2]);
    expect(ordinary.map(({ response }) => response.headers)).toEqual([
      { [HEADERS.version]: '1.1.0' },
      { [HEADERS.version]: '1.1.0', [HEADERS.discontinued]: '' },
      { [HEADERS.version]: '1.1.0', [HEADERS.discontinued]: '0' },
    ]);
    expect(new Set(taken.map(({ response }) => response.status))).toEqual(new Set([200]));
  });
});
