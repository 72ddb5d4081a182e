import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secret } from '../src/core/secret';
import { type SandboxServer, startSandbox } from '../src/sandbox/server';
import { systemClock } from '../src/system/clock';
import { leaksOf } from './e2e/support/encodings';
import { FUZZ_RUNS, fc } from './support/properties';
import { envFor } from './support/run';
import { runUntilStopped } from './support/until-stopped';

const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';
/** Maximum size of an answer, in bytes. Only the audio clip is larger, and this test does not request the clip. */
const MAX_ANSWER = 64 * 1024;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '%',
    '%00',
    '%ff',
    '..',
    '/',
    '?',
    '#',
    'x'.repeat(20_000),
    '\r',
    '\n',
  ),
);
const method = fc.oneof(
  fc.constantFrom('GET', 'POST', 'PATCH', 'OPTIONS', 'HEAD', 'PUT', 'DELETE', 'TRACE', 'CONNECT'),
  fc.constantFrom('get', '', 'G E T', 'PRI'),
);
const path = fc.oneof(
  fc.constantFrom(
    '/token',
    '/security/generate-token',
    '/transcriptions',
    '/transcriptions/1',
    '/polyglot',
  ),
  fc.constantFrom(
    '/async/transcribe/url',
    '/async/live/transcribe',
    '/billing/details',
    '/',
    '*',
    '//',
  ),
  fc.constantFrom(
    'http://127.0.0.1/token',
    '/live/transcribe/1/stop',
    '/transcription/1/translate',
  ),
  text,
);
const query = fc.oneof(
  fc.constantFrom(
    '',
    '?access=readonly',
    '?lifetime_s=5&one_time=true',
    '?lifetime_s=-1',
    '?access=readwrite',
  ),
  fc.constantFrom(
    '?url=http%253A%252F%252F127.0.0.1%253A1%252Fa&language=de',
    '?__proto__=1',
    '?a=1&a=2',
  ),
  text.map((each) => `?${each}`),
);
const body = fc.oneof(
  fc.constantFrom(
    '',
    '{}',
    '{"access":"readonly"}',
    '[1]',
    'null',
    '{"lifetime_s":1e400}',
    '{"__proto__":{}}',
  ),
  text,
);

interface Place {
  readonly port: number;
  readonly authorization: string;
}

/** Generates a valid request, or a request that a broken client could send. */
const requestTo = ({ port, authorization }: Place): fc.Arbitrary<string> => {
  const header = fc.oneof(
    fc.constantFrom(
      'Content-Type: application/json',
      'Content-Type: text/plain',
      'Expect: 100-continue',
    ),
    fc.constantFrom(
      'Connection: keep-alive',
      'Connection: Upgrade\r\nUpgrade: websocket',
      'Upgrade: h2c',
    ),
    fc.constantFrom(
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Key: x',
    ),
    fc.constantFrom(
      'Origin: null',
      'Origin: http://localhost:5173',
      'Origin: https://evil.example',
      'Sec-Fetch-Mode: navigate',
    ),
    fc.constantFrom(
      'Transfer-Encoding: chunked',
      'Content-Length: 5',
      'Content-Length: -1',
      'Content-Length: 99999999',
    ),
    fc.constantFrom(
      `Authorization: ${authorization}`,
      'Authorization: Bearer x',
      'Authorization:',
      'Host: evil',
    ),
    text.map((each) => `X-Any: ${each}`),
    text,
  );
  const request = fc
    .tuple(
      method,
      path,
      query,
      fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', ''),
      fc.array(header, { maxLength: 5 }),
      body,
      fc.boolean(),
      fc.boolean(),
    )
    .map(([verb, target, search, version, headers, content, isHonest, isKnown]) => {
      const lines = [
        `${verb} ${target}${search} ${version}`,
        ...(isHonest
          ? [`Host: 127.0.0.1:${port}`, `Content-Length: ${Buffer.byteLength(content, 'latin1')}`]
          : []),
        ...(isKnown ? [`Authorization: ${authorization}`] : []),
        ...headers,
      ];
      return `${lines.join('\r\n')}\r\n\r\n${content}`;
    });
  return fc.oneof(
    { weight: 8, arbitrary: request },
    { weight: 1, arbitrary: text },
    { weight: 2, arbitrary: fc.tuple(request, request).map((both) => both.join('')) },
  );
};

/**
 * Sends bytes, and closes the client's side of the connection. Returns everything that the server sends until it closes its side.
 */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => {
      socket.end(bytes, 'latin1');
    });
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

async function assertSurvives(place: Place): Promise<void> {
  const property = fc.asyncProperty(requestTo(place), async (bytes) => {
    const answer = await exchange(place.port, bytes);
    const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) =>
      Number(status),
    );
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(answer.length).toBeLessThan(MAX_ANSWER);
    expect(leaksOf(KEY, answer)).toEqual([]);
  });
  await fc.assert(property, { numRuns: FUZZ_RUNS, timeout: 20_000 });
}

let sandbox: SandboxServer;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, apiKey: secret(KEY), clock: systemClock() });
});
afterAll(() => sandbox.close());

describe('random requests', () => {
  it('get limited answers from the sandbox, which continues to work', async () => {
    await assertSurvives({ port: Number(new URL(sandbox.url).port), authorization: KEY });
    const { status } = await fetch(`${sandbox.url}/security/generate-token`, {
      headers: { authorization: KEY },
    });
    expect(status).toBe(200);
  }, 300_000);

  it('S55 S58 get limited answers from serve, which continues to work', async () => {
    const { err } = await runUntilStopped(
      'serve --port 0 --rate 10000/min --json',
      async (first) => {
        const { url, secret: own } = JSON.parse(first);
        const authorization = `Bearer ${own}`;
        await assertSurvives({ port: Number(new URL(url).port), authorization });
        const { status } = await fetch(`${url}/token`, { headers: { authorization } });
        expect(status).toBe(200);
      },
      { env: envFor(sandbox) },
    );
    expect(leaksOf(KEY, err)).toEqual([]);
    expect(err).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  }, 300_000);
});
