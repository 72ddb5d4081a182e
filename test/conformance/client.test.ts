import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildQuery, CallError, type Caller, call, judge, send, urlQuery } from './client';
import { useService } from './service';

/** The next answer of this test's server. */
let answer: { http?: number; headers?: Record<string, string>; body?: string } = {};
let asked: { method?: string | undefined; headers: IncomingHttpHeaders } = { headers: {} };

const server = createServer((request, response) => {
  asked = { method: request.method, headers: request.headers };
  const { http = 200, headers = { 'X-API-Version': '1.1.0' }, body = '' } = answer;
  response.writeHead(http, headers).end(body);
});
let caller: Caller = { server: '' };

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  caller = { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function reasonOf(next: typeof answer): Promise<string> {
  answer = next;
  const error = await call(caller, 'GET', '/anything').catch((reason: unknown) => reason);
  return error instanceof CallError ? error.reason : 'none';
}

const DONE = '{"status":"done","data":"x"}';
const version = (text: string) => ({ headers: { 'X-API-Version': text }, body: DONE });

describe('the second client', () => {
  it('accepts an answer with its own version', async () => {
    expect(await reasonOf(version('1.1.0'))).toBe('none');
  });

  it('rejects an answer without a version', async () => {
    expect(await reasonOf({ headers: {}, body: DONE })).toBe('version');
  });

  it.each(['1.1', '1.1.0.0', 'v1.1.0', '1.1.0-beta', '', '1.1.x'])(
    'rejects the malformed version "%s"',
    async (text) => {
      expect(await reasonOf(version(text))).toBe('version');
    },
  );

  it.each(['1.0.9', '0.9.0', '0.99.99'])('rejects the lower version %s', async (text) => {
    expect(await reasonOf(version(text))).toBe('version');
  });

  it.each([
    ['1.2.0', 'newer'],
    ['1.1.1', 'newer'],
    ['2.0.0', 'newer major'],
  ])('accepts version %s, and warns that it is %s', async (text, warning) => {
    answer = version(text);
    const warnings: string[] = [];
    judge(await send(caller, 'GET', '/anything'), (verdict) => warnings.push(verdict));
    expect(warnings).toEqual([warning]);
  });

  it('stops if the version is discontinued', async () => {
    const headers = { 'X-API-Version': '1.1.0', 'X-API-Version-Discontinued': '1' };
    expect(await reasonOf({ headers, body: DONE })).toBe('discontinued');
  });

  it('treats a successful HTTP status with status error as a failure', async () => {
    expect(await reasonOf({ body: '{"status":"error","data":null}' })).toBe('status');
  });

  it('parses every success as JSON', async () => {
    expect(await reasonOf({ body: '' })).toBe('json');
    expect(await reasonOf({ http: 204 })).toBe('json');
  });

  it('ignores the body of a refusal', async () => {
    expect(await reasonOf({ http: 403, body: 'no JSON' })).toBe('http');
  });

  it('repeats the name of a list in the query, and leaves out empty and undefined values', () => {
    expect(buildQuery({ languages: ['de', 'fr'], one: '', two: undefined, three: [] })).toBe(
      '?languages=de&languages=fr',
    );
  });

  it('encodes an audio URL twice', () => {
    expect(buildQuery(urlQuery('http://a.example/b c'))).toBe(
      '?language=auto&url=http%253A%252F%252Fa.example%252Fb%2520c',
    );
  });

  it('sends its version, its user agent and an API key without a scheme', async () => {
    answer = { body: DONE };
    await send({ ...caller, apiKey: 'KEY' }, 'PATCH', '/anything');
    expect(asked).toMatchObject({
      method: 'PATCH',
      headers: {
        'x-expected-api-version': '1.1.0',
        'user-agent': 'node',
        authorization: 'KEY',
      },
    });
  });

  it('sends a token after Bearer', async () => {
    await send({ ...caller, authToken: 'TOKEN' }, 'GET', '/anything');
    expect(asked.headers.authorization).toBe('Bearer TOKEN');
  });
});

describe.each([
  ['version:missing', 'version'],
  ['version:low', 'version'],
  ['version:discontinued', 'discontinued'],
  ['version:newer', 'none'],
])('the client with the fault %s', (fault, reason) => {
  const get = useService({ faults: [fault] });

  it(`has this reason to stop: ${reason}`, async () => {
    const outcome = await call(get().owner, 'GET', '/billing/details').catch((error) => error);
    expect(outcome instanceof CallError ? outcome.reason : 'none').toBe(reason);
  });
});
