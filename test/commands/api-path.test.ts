import { describe, expect, it } from 'vitest';
import { parseCallTarget } from '../../src/api/call-target';
import type { HttpRequest } from '../../src/context/http';
import { startService } from '../e2e/support/service';
import { anyText, anyUrl, FUZZ_RUNS, fc } from '../support/properties';
import { envFor, type Network, run } from '../support/run';

const ORIGIN = 'http://127.0.0.1:9';
const env = { VOCALSTACK_API_SERVER: ORIGIN, VOCALSTACK_API_KEY: 'HeronKey-5d2Q8xB41zVw5' };

/** Runs `vstoken api` with a path. Every request gets an answer. Returns the result and the requests that were sent. */
async function sentFor(path: string, ...more: readonly string[]) {
  const sent: HttpRequest[] = [];
  const network = (real: Network): Network => ({
    ...real,
    http: {
      close: () => undefined,
      async send(request) {
        sent.push(request);
        const headers = { 'x-api-version': '1.1.0' };
        const body = '{"status":"done","data":"MadeUpToken-0123456789abcdef"}';
        const wire = { statusLine: 'HTTP/1.1 200 OK', headers: [], body: Buffer.from(body) };
        return { status: 200, headers, body, wire };
      },
    },
  });
  // After `--`, a path that begins with `-` is not read as an option.
  const result = await run(['api', '--json', ...more, '--', path], { env, network });
  return { ...result, sent };
}

const MINT = '/security/generate-token';

/** Generates other spellings of a path: with percent-encoding (once or twice), capitals, or extra slashes, dots or parameters. */
const spelled = (path: string) =>
  fc
    .array(fc.constantFrom('', 'encode', 'encode all', 'capital', 'slash', 'dot', 'semicolon'), {
      minLength: path.length,
      maxLength: path.length,
    })
    .map((ways) => [...path].map((sign, at) => spell(sign, ways[at] ?? '')).join(''));

function spell(sign: string, way: string): string {
  const hex = `%${sign.charCodeAt(0).toString(16)}`;
  switch (way) {
    case 'encode':
      return hex;
    case 'encode all':
      return hex.replace('%', '%25');
    case 'capital':
      return sign.toUpperCase();
    case 'slash':
      return sign === '/' ? '//' : sign;
    case 'dot':
      return sign === '/' ? '/./' : sign;
    case 'semicolon':
      return sign === '/' ? ';x/' : sign;
    default:
      return sign;
  }
}

const TRICKS = [
  ...[
    '/',
    '//',
    '\\',
    '..',
    '.',
    '%2e',
    '%2E%2e',
    '%2f',
    '%5c',
    '%252f',
    '@',
    ':',
    '#',
    '?',
    ';',
    '%',
  ],
  ...[
    '\t',
    '\n',
    '\r',
    '\0',
    ' ',
    '\u202e',
    '\uff0f',
    '\u2215',
    'http:',
    'https://',
    'evil.example',
    '[::1]',
  ],
  ...[
    'transcriptions',
    'security',
    'generate-token',
    'GENERATE-TOKEN',
    'generate%2dtoken',
    '127.0.0.1:9',
  ],
];

const anyPath = fc.oneof(
  anyText({ maxLength: 40 }),
  anyUrl({ schemes: ['http', 'https', 'ws', 'file'], isWhole: true }),
  fc.array(fc.constantFrom(...TRICKS), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...TRICKS), { maxLength: 8 }).map((parts) => `/${parts.join('')}`),
  fc
    .tuple(spelled(MINT), fc.constantFrom('', '/', '?a=b', '#x', '/..', '/x'))
    .map((all) => all.join('')),
);

/** Returns the path as the most lenient server would read it: decoded, in lower case, and without dots and parameters. */
function asLenientServer(pathname: string): string {
  let path = pathname;
  for (let round = 0; round < 5; round += 1) {
    path = path.replace(/%([\da-f]{2})/gi, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  const parts = path.toLowerCase().replaceAll('\\', '/').split('/');
  const resolved: string[] = [];
  for (const [part = ''] of parts.map((each) => each.split(';'))) {
    if (part === '..') resolved.pop();
    else if (part !== '' && part !== '.') resolved.push(part);
  }
  return `/${resolved.join('/')}`;
}

describe('S74 vstoken api with any path', () => {
  it('calls only the API server, and never its minting endpoint', {
    timeout: 60_000,
  }, async () => {
    let called = 0;
    await fc.assert(
      fc.asyncProperty(anyPath, async (path) => {
        const { code, sent, err } = await sentFor(path, '--as', 'key');
        expect(sent.length).toBe(code === 0 ? 1 : 0);
        if (code !== 0) {
          expect(code).toBe(2);
          expect(JSON.parse(err).error.code).toMatch(/^invalid_(value|arguments)$/);
        }
        called += sent.length;
        for (const { url } of sent) {
          expect({ origin: url.origin, user: url.username, hash: url.hash }).toEqual({
            ...{ origin: ORIGIN, user: '', hash: '' },
          });
          expect(asLenientServer(url.pathname)).not.toContain('/generate-token');
        }
      }),
      { numRuns: FUZZ_RUNS },
    );
    expect(called).toBeGreaterThan(0);
  });

  it('mints one token, and only for a path that it calls', async () => {
    const good = await sentFor('/transcriptions');
    expect(good.sent.map(({ url }) => url.pathname)).toEqual([MINT, '/transcriptions']);
    expect((await sentFor('//evil.example/')).sent).toEqual([]);
  });

  it.each([
    'https://evil.example/transcriptions',
    'http:/transcriptions',
    'javascript:x',
    '//evil.example/transcriptions',
    '\\\\evil.example\\transcriptions',
    '/\\evil.example',
    '/\t/evil.example',
    '\n//evil.example',
    '/transcriptions/../../x',
    '/transcriptions/%2e%2e/x',
    '/transcriptions/.%2E/x',
    '/transcriptions/%252e%252e/x',
    '/transcriptions/..;/x',
    '/transcriptions/..%2fx',
    '/transcriptions/a%5c..%5cx',
    '/transcriptions//x',
    '/transcriptions%00',
    '/transcriptions%0d%0aHost:evil.example',
    '/transcriptions#x',
    '/transcriptions x',
    '/transcriptions%',
    '/tränscriptions',
    'user@evil.example:80/x#',
    '',
  ])('rejects %j', async (path) => {
    const { code, out, error, sent } = await sentFor(path);
    expect({ code, out, sent }).toEqual({ code: 2, out: '', sent: [] });
    expect(error().code).toBe('invalid_value');
    for (const part of ['evil', 'transcriptions/', 'tränsc'])
      expect(error().message).not.toContain(part);
  });

  it.each([
    MINT,
    `${MINT}/`,
    `/${MINT}`,
    'security/generate-token?access=readwrite',
    '/Security/Generate-Token',
    '/security/generate%2dtoken',
    '/security/generate%252dtoken',
    '/security%2fgenerate-token',
    '/x/../security/generate-token',
    '/security/./generate-token',
    '/security/generate-token;x=1',
    '/security/%EF%BD%87enerate-token',
    '/security/generate-token#x',
    '/v1/security/generate-token',
  ])('mints no token through %s, and names the command that does', async (path) => {
    for (const as of ['key', 'token']) {
      const { code, error, sent } = await sentFor(path, '--as', as);
      expect({ code, sent, hint: error().hint }).toEqual({
        code: 2,
        sent: [],
        hint: 'To mint a token: vstoken mint',
      });
    }
  });

  it.each([
    ['/transcriptions', '/transcriptions', ''],
    ['transcriptions/a-1', '/transcriptions/a-1', ''],
    [
      '/a/?b=c//d/../e&url=https%3A%2F%2Fx%2Fgenerate-token',
      '/a/',
      '?b=c//d/../e&url=https%3A%2F%2Fx%2Fgenerate-token',
    ],
    ['/a%20b', '/a%20b', ''],
    ['/', '/', ''],
    ['/...', '/...', ''],
  ])('uses %s unchanged', (text, path, query) => {
    expect(parseCallTarget(text)).toEqual({ path, query });
  });

  it('says how to stop Git Bash from changing the path', async () => {
    const { error } = await sentFor('C:/Program Files/Git/transcriptions');
    expect(error().hint).toContain('vstoken api transcriptions');
  });

  it.each(['/elsewhere', 'https://evil.example/', '//evil.example/'])(
    'follows no redirect to %s, and shows its body',
    async (location) => {
      const service = await startService({
        onRead: (response) =>
          response.writeHead(302, { location, 'x-api-version': '1.1.0' }).end('moved'),
      });
      const { code, out, err } = await run('api /transcriptions', { env: envFor(service) });
      expect({ code, out, reads: service.counts.reads }).toEqual({
        code: 7,
        out: 'moved',
        reads: 1,
      });
      expect(err).toContain('redirected');
      await service.close();
    },
  );
});
