import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../src/context/context';
import { type Service, sendJson, startService } from '../e2e/support/service';
import { type RunOptions, run } from '../support/run';
import { newConfigDir } from '../support/stored';

const KEY = 'sk-made-up-0123456789abcdefXYZ';
const TOKEN = 'vt7Q_x2LkPz9aRb-4HcW8sYdE3mNfU6jGoT1iBvKq0M';

/** The credentials that the server received. */
let sent: string[] = [];
let service: Service;
beforeAll(async () => {
  service = await startService({
    onMint: (response, { headers }) => {
      sent.push(headers.authorization ?? '');
      if (headers.authorization === TOKEN) {
        return sendJson(response, 401, { status: 'error', error: 'unauthorized' });
      }
      sendJson(response, 200, { status: 'done', data: TOKEN });
    },
  });
});
beforeEach(() => {
  sent = [];
});
afterAll(() => service.close());

/** A way to give a text to vstoken as the key. Returns the command line and the options of the run. */
type GiveKey = (text: string) => readonly [string, RunOptions];
const server = () => ({ VOCALSTACK_API_SERVER: service.url });
const variable =
  (line: string): GiveKey =>
  (text) => [line, { env: { ...server(), VOCALSTACK_API_KEY: text } }];
const file =
  (line: string): GiveKey =>
  (text) => [
    line,
    { env: { ...server(), VOCALSTACK_API_KEY_FILE: '/key' }, files: { '/key': text } },
  ];
const WAYS: readonly (readonly [string, GiveKey])[] = [
  ['the variable, to mint', variable('mint')],
  ['the file, to mint', file('mint')],
  ['the variable, to status --check', variable('status --check')],
  ['the variable, to test', variable('test --mode read')],
  [
    'standard input, to login',
    (text) => [
      'login --with-key --store plaintext',
      { env: server(), stdin: text, configDir: newConfigDir() },
    ],
  ],
];

describe.each(WAYS)('a key given by %s', (_way, given) => {
  it.each([
    ['quotes', (key: string) => `'"${key}"'`, null],
    ['white space', (key: string) => `\n\t ${key} \r\n`, null],
    ['a byte order mark', (key: string) => `\ufeff${key}\r\n`, null],
    ['no-break spaces', (key: string) => `\u00a0${key}\u00a0`, null],
    ['zero width spaces', (key: string) => `${key}\u200b`, 'invisible characters'],
    ['Bearer', (key: string) => `Bearer ${key}`, '"Bearer"'],
    [
      'a file of variables with comments',
      (key: string) => `# keys\nexport VOCALSTACK_API_KEY='${key}' # prod\nOTHER=1\n`,
      'other lines and the name of the variable',
    ],
    ['a header', (key: string) => `Authorization: ${key}`, '"Authorization:"'],
    ['a header of a gateway', (key: string) => `X-API-Key: ${key}`, 'the name of the variable'],
    ['its name', (key: string) => `VOCALSTACK_API_KEY=${key}\n`, 'the name of the variable'],
    ['an export', (key: string) => `export VOCALSTACK_API_KEY="${key}"`, 'name of the variable'],
    ['YAML', (key: string) => `api_key: '${key}'`, 'the name of the variable'],
    ['PowerShell', (key: string) => `$env:VOCALSTACK_API_KEY = "${key}"`, 'name of the variable'],
    ['fish', (key: string) => `set -gx VOCALSTACK_API_KEY ${key}`, 'the name of the variable'],
    [
      'other variables',
      (key: string) => `# of staging\nPORT=80\n\nVOCALSTACK_API_KEY=${key}\n`,
      'other lines',
    ],
    ['a comment', (key: string) => `# of staging\n${key}\n`, 'other lines'],
    ['JSON', (key: string) => `{"url":"http://127.0.0.1","api_key":"${key}"}`, 'a JSON document'],
  ])('is found inside other text: %s', async (_what, around, removed) => {
    const { code, err } = await run(...given(around(KEY)));
    expect({ code, sent }).toEqual({ code: 0, sent: [KEY] });
    expect(err).not.toContain(KEY);
    if (removed === null) expect(err).not.toContain('Removed:');
    else {
      expect(err.match(/Removed: /g)).toHaveLength(1);
      expect(err).toMatch(new RegExp(`Only the key is used. Removed: .*${removed}`));
    }
  });

  it.each(['k', 'wrong', 'KEYofCAPITALS', 'a!b"c', 'a=b', 'nodigitsinit'])(
    'is sent unchanged if it is one word: %s',
    async (key) => {
      const { code, err } = await run(...given(key));
      expect({ code, sent, err: err.includes('Removed') }).toEqual({
        ...{ code: 0, sent: [key], err: false },
      });
    },
  );

  it.each([
    ['$VOCALSTACK_API_KEY', 'the name of a variable'],
    ['"$VOCALSTACK_API_KEY"', 'the name of a variable'],
    ['VOCALSTACK_API_KEY=$VOCALSTACK_API_KEY', 'the name of a variable'],
    ['$'.concat('{{ secrets.VOCALSTACK_API_KEY }}'), 'the name of a variable'],
    ['%VOCALSTACK_API_KEY%', 'the name of a variable'],
    ['VOCALSTACK_API_KEY', 'the name of a variable'],
    ['process.env.VOCALSTACK_API_KEY_2', 'the name of a variable'],
    ['<your api key>', 'the name of a variable'],
    ['undefined', 'programs write if a variable is empty.'],
    ['Bearer null', 'programs write if a variable is empty.'],
    ['[object Object]', 'programs write if a variable is empty or holds an object.'],
    ['***', 'a log shows instead of a secret'],
    ['Bearer', 'with nothing after it'],
    ['<!doctype html><html></html>', 'it is an HTML page'],
    ['401 Unauthorized', 'the status of an HTTP answer'],
    ['{"error":"CANARY"}', 'it is a JSON error'],
    [
      'VOCALSTACK_AUTH_TOKEN=CANARY',
      'the name before the value shows that the value is an auth token',
    ],
    ['{"token":"CANARY"}', 'the name before the value shows that the value is an auth token'],
    ['{"name":"CANARY"}', 'it is a JSON document without a key in it'],
    ['made\u200bup-key-5', 'ZERO WIDTH SPACE (U+200B) at position 5'],
    ['made\u00a0up-key-5', 'NO-BREAK SPACE (U+00A0) at position 5'],
    ['two words', 'it contains spaces, line breaks'],
    ['api_key=CANARY1\napi_key=CANARY2', 'LINE FEED (U+000A) at position 16'],
  ])('S75 is rejected with the reason before any request: %j', async (text, words) => {
    const before = { ...service.counts };
    const [line, options] = given(text);
    const { out, err, code } = await run(`${line} --json`, options);
    expect(code).toBe(4);
    expect(out + err).toContain('"key_malformed"');
    expect(out + err).toContain(words);
    expect(out + err).toContain('does not contain an API key');
    expect(out + err).not.toMatch(/CANARY|withheld/);
    expect(service.counts).toEqual(before);
  });

  it('S75 is rejected if it is a token that was minted here', async () => {
    const configDir = newConfigDir();
    const env = { ...server(), VOCALSTACK_API_KEY: KEY };
    expect((await run('mint', { configDir, env })).out).toBe(`${TOKEN}\n`);
    const before = { ...service.counts };
    sent = [];
    const [line, options] = given(TOKEN);
    const { out, err, code } = await run(`${line} --json`, { ...options, configDir });
    expect(code).toBe(4);
    expect(out + err).toContain('it is an auth token that was minted on this machine');
    expect(out + err).toContain('A token cannot mint tokens.');
    expect(out + err).not.toContain(TOKEN);
    // The token is given as the API key. `mint` and `test` send it to the server, which refuses it, and then look it up in the
    // ledger. The other commands first look it up in the ledger, and send nothing.
    const isAsked = /^(mint|test)/.test(line);
    expect(out + err).toContain(isAsked ? '"key_refused"' : '"key_malformed"');
    expect(sent).toEqual(isAsked ? [TOKEN] : []);
    if (!isAsked) expect(service.counts).toEqual(before);
  });
});

it.each(['le', 'be'])('a key file in UTF-16 is read (%s)', async (order) => {
  const bytes = Buffer.from(`\ufeff${KEY}\r\n`, 'utf16le');
  const files = { '/key': order === 'le' ? bytes : bytes.swap16() };
  const { code, err } = await run(...(['mint', { ...file('mint')('')[1], files }] as const));
  expect({ code, sent }).toEqual({ code: 0, sent: [KEY] });
  expect(err).toContain('Removed: the encoding UTF-16.');
});

it('login prompts again with the reason until it gets a key', async () => {
  const { code, err } = await run('login --store plaintext', {
    env: server(),
    configDir: newConfigDir(),
    terminal: 'all',
    answers: ['$VOCALSTACK_API_KEY', '<html></html>', `Bearer ${KEY}`],
  });
  expect({ code, sent }).toEqual({ code: 0, sent: [KEY] });
  expect(err).toContain('Your input contains more than the API key.');
});

describe('doctor', () => {
  it('reports a problem of a key, and accepts a key with Bearer', async () => {
    const check = async (key: string) => {
      const { out } = await run('doctor --offline --json', {
        env: { ...server(), VOCALSTACK_API_KEY: key },
      });
      const { checks } = JSON.parse(out);
      return checks.find(({ id }: { id: string }) => id === 'key-source');
    };
    expect(await check(`Bearer ${KEY}`)).toMatchObject({ result: 'pass' });
    expect(await check('$VOCALSTACK_API_KEY')).toMatchObject({
      result: 'fail',
      observed: expect.stringContaining('the name of a variable'),
    });
  });
});

it('serve does not start if the key is the name of a variable', async () => {
  const env = { ...server(), VOCALSTACK_API_KEY: '$KEY' };
  const { error, code } = await run('serve --port 0 --json', { env });
  expect({ code, error: error().code }).toEqual({ code: 4, error: 'key_malformed' });
});

it('S75 mint with a valid key does not read the ledger', async () => {
  const configDir = newConfigDir();
  const asked: string[] = [];
  const readers = ['find', 'findAny', 'lengthsAt'];
  const context = (built: Context): Context => ({
    ...built,
    ledger: new Proxy(built.ledger, {
      get(ledger, name, receiver) {
        if (readers.includes(String(name))) asked.push(String(name));
        return Reflect.get(ledger, name, receiver);
      },
    }),
  });
  const env = { ...server(), VOCALSTACK_API_KEY: KEY };
  const file = { ...server(), VOCALSTACK_API_KEY_FILE: '/key' };
  for (const options of [{ env }, { env: file, files: { '/key': `${KEY}\n` } }]) {
    expect((await run('mint', { ...options, configDir, context })).out).toBe(`${TOKEN}\n`);
  }
  expect(asked).toEqual([]);
});
