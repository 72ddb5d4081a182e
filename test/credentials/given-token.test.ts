import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Service, startService } from '../e2e/support/service';
import { type RunOptions, run } from '../support/run';
import { newConfigDir } from '../support/stored';

const KEY = 'made-up-key-0123456789abcdef';
const TOKEN = 'vt7Q_x2LkPz9aRb-4HcW8sYdE3mNfU6jGoT1iBvKq0M';

/** The credentials that the server received. */
let sent: string[] = [];
let service: Service;
beforeAll(async () => {
  service = await startService({
    token: TOKEN,
    onRead: (response, { headers }) => {
      sent.push(headers.authorization ?? '');
      response.writeHead(200, { 'x-api-version': '1.1.0' }).end('{"status":"done","data":[]}');
    },
  });
});
beforeEach(() => {
  sent = [];
});
afterAll(() => service.close());

const env = () => ({ VOCALSTACK_API_SERVER: service.url, VOCALSTACK_API_KEY: KEY });

/** The two ways to give `test` a text as its token. Each function returns the command line and the options of a run. */
const WAYS: readonly (readonly [string, (text: string) => readonly [string, RunOptions]])[] = [
  ['--token-stdin', (text) => ['test --mode read --token-stdin', { env: env(), stdin: text }]],
  [
    '--use-token',
    (text) => ['test --mode read --use-token', { env: { ...env(), VOCALSTACK_AUTH_TOKEN: text } }],
  ],
];

describe.each(WAYS)('a token given by %s', (_way, given) => {
  it.each([
    ['white space', (token: string) => ` ${token}\r\n`, null],
    ['a byte order mark', (token: string) => `\ufeff${token}`, null],
    ['double quotes', (token: string) => `"${token}"`, 'quotes'],
    ['single quotes', (token: string) => `'${token}'\n`, 'quotes'],
    ['Bearer', (token: string) => `Bearer ${token}\n`, '"Bearer"'],
    ['a header', (token: string) => `Authorization: Bearer ${token}`, '"Authorization:"'],
    ['Bearer twice', (token: string) => `Bearer Bearer ${token}`, '"Bearer"'],
    [
      'a variable',
      (token: string) => `VOCALSTACK_AUTH_TOKEN='${token}'`,
      'the name of the variable',
    ],
    ['an export', (token: string) => `\ufeffexport TOKEN=${token}`, 'the name of the variable'],
    ['JSON', (token: string) => JSON.stringify({ authToken: token }), 'a JSON document'],
    ['nested JSON', (token: string) => JSON.stringify({ data: { token } }), 'a JSON document'],
    ['a URL', (token: string) => `https://example.com/?token=${token}`, 'a URL'],
    ['no-break spaces', (token: string) => `\u00a0${token}\u00a0`, null],
    ['zero width spaces', (token: string) => `\u200b${token}\u200b`, 'invisible characters'],
  ])('is found inside other text: %s', async (_what, around, removed) => {
    const { code, err } = await run(...given(around(TOKEN)));
    expect({ code, sent }).toEqual({ code: 0, sent: [`Bearer ${TOKEN}`] });
    const note = removed && `Removed: .*${removed}`;
    if (note === null) expect(err).not.toContain('Removed:');
    else expect(err).toMatch(new RegExp(note));
    expect(err).not.toContain(TOKEN);
    if (removed !== null) {
      const [line, options] = given(around(TOKEN));
      expect((await run(`${line} --quiet`, options)).err).toBe('');
    }
  });

  it.each([
    'abc',
    'x',
    '!"#$%&()*+,-./:;<=>?@[]^_`{|}~',
    'a=b',
    'a,b;',
    '-n',
    '$(id)`id`',
    '#a',
    '\\',
    '~',
  ])('S31 is sent unchanged if it is one word of visible characters: %s', async (word) => {
    const { code, err } = await run(...given(word));
    expect({ code, sent, err: err.includes('Removed') }).toEqual({
      ...{ code: 0, sent: [`Bearer ${word}`], err: false },
    });
  });

  it('S31 is found after Bearer, quotes or a name even if it contains punctuation', async () => {
    for (const text of ['Bearer a!b', '"a!b"', 'VOCALSTACK_AUTH_TOKEN=a!b']) {
      expect(await run(...given(text))).toMatchObject({ code: 0 });
    }
    expect(sent).toEqual(['Bearer a!b', 'Bearer a!b', 'Bearer a!b']);
  });

  it.each([
    [
      '[object Object]',
      'not_a_token',
      'programs write if a variable is empty or holds an object.',
      'Take the text of the token out',
    ],
    [
      'Bearer undefined',
      'not_a_token',
      'programs write if a variable is empty.',
      'why the variable was empty',
    ],
    ['null', 'not_a_token', 'programs write if a variable is empty.', 'why the variable was empty'],
    ['{"token":"undefined"}', 'not_a_token', 'programs write if a variable is empty.', 'was empty'],
    [
      '$VOCALSTACK_AUTH_TOKEN',
      'not_a_token',
      'the name of a variable',
      'in double quotes, but not in single quotes',
    ],
    ['$'.concat('{{ secrets.TOKEN }}'), 'not_a_token', 'the name of a variable', 'double quotes'],
    [
      '%TOKEN%',
      'not_a_token',
      'the name of a variable',
      'the value of the variable instead of its name',
    ],
    ['***', 'not_a_token', 'a log shows instead of a secret', 'Logs hide secrets'],
    ['Bearer', 'not_a_token', 'with nothing after it', 'after "Bearer"'],
    ['<html></html>', 'not_a_token', 'It is an HTML page.', 'Give only the token'],
    ['401', 'not_a_token', 'the status of an HTTP answer', 'Give only the token'],
    ['401 Unauthorized', 'not_a_token', 'the status of an HTTP answer', 'Give only the token'],
    ['{"error":{"code":"no"}}', 'not_a_token', 'It is a JSON error.', 'Give only the token'],
    ['CANARY@example.com', 'not_a_token', 'an e-mail address', 'Give only the token'],
    [
      `token=${TOKEN}\ntoken=${TOKEN.slice(1)}`,
      'not_a_token',
      'There are 2 auth tokens',
      'inspect',
    ],
    ['GITHUB_TOKEN=CANARY', 'not_a_token', 'not one for auth tokens', 'Give only the token'],
    [`VOCALSTACK_API_KEY=${TOKEN}`, 'not_a_token', 'This is an API key', 'vstoken mint'],
    ['VOCALSTACK_API_KEY=CANARY', 'not_a_token', 'This is an API key', 'vstoken mint'],
    [KEY, 'not_a_token', 'the key in VOCALSTACK_API_KEY', 'vstoken mint'],
    [`Bearer ${KEY}`, 'not_a_token', 'the key in VOCALSTACK_API_KEY', 'vstoken mint'],
    [`x"${KEY}"x`, 'not_a_token', 'the key in VOCALSTACK_API_KEY', 'vstoken mint'],
    [
      `${TOKEN.slice(0, 9)}\u200b${TOKEN.slice(9)}`,
      'token_malformed',
      'U+200B zero width space at 10',
      'Give only the token',
    ],
    [
      `${TOKEN.slice(0, 9)}\u00a0${TOKEN.slice(9)}`,
      'token_malformed',
      'U+00A0 no-break space at 10',
      'Give only the token',
    ],
    [
      `${TOKEN}${TOKEN}`,
      'token_malformed',
      'The text contains the same token twice',
      'Give only the token',
    ],
    [`${TOKEN.slice(0, 20)}...`, 'token_malformed', 'it was cut short', 'Give only the token'],
    [
      Buffer.from(TOKEN).toString('base64'),
      'token_malformed',
      'The token is encoded in base64',
      'Give only the token',
    ],
    [`abc%2F${TOKEN}`, 'token_malformed', 'percent-encoded', 'Give only the token'],
    [
      `curl -H 'Authorization: Bearer ${TOKEN}' https://example.com`,
      'token_malformed',
      'The text contains more than the token',
      'vstoken inspect',
    ],
    ['two words', 'token_malformed', 'without spaces', 'only the token, without'],
    ['ab\rcd', 'token_malformed', 'CARRIAGE RETURN (U+000D) at position 3', 'Type the value again'],
    ['""', 'no_token', 'contains no auth token', 'vstoken mint'],
  ])('S75 is rejected with the reason before any request: %j', async (text, code, words, hint) => {
    const before = { ...service.counts };
    const [line, options] = given(text);
    const result = await run(`${line} --json`, options);
    expect(result.error()).toMatchObject({ code, exit: 4, hint: expect.stringContaining(hint) });
    expect(result.error().message).toContain(words);
    expect(service.counts).toEqual(before);
    expect(result.out + result.err).not.toMatch(/CANARY|vt7Q_x2L/);
    expect(result.out + result.err).not.toContain(KEY);
  });

  it('is the word that was minted here, even if it does not look like a token', async () => {
    const minted = '"401,Bearer"';
    const other = await startService({
      token: minted,
      onRead: (response, { headers }) => {
        sent.push(headers.authorization ?? '');
        response.writeHead(200, { 'x-api-version': '1.1.0' }).end('{"status":"done","data":[]}');
      },
    });
    const configDir = newConfigDir();
    const at = { VOCALSTACK_API_SERVER: other.url };
    const { out } = await run('mint', { configDir, env: { ...env(), ...at } });
    const [line, options] = given(out.trimEnd());
    const { code } = await run(line, { ...options, configDir, env: { ...options.env, ...at } });
    await other.close();
    expect({ code, sent }).toEqual({ code: 0, sent: [`Bearer ${minted}`] });
  });

  it('S75 is rejected if it is shorter than all tokens minted here', async () => {
    const configDir = newConfigDir();
    await run('mint', { configDir, env: env() });
    const before = { ...service.counts };
    const [line, options] = given(TOKEN.slice(0, 30));
    const { error } = await run(`${line} --json`, { ...options, configDir });
    const message = expect.stringContaining('The token was cut short: it has 30 characters');
    expect(error()).toMatchObject({ code: 'token_malformed', message });
    expect(service.counts).toEqual(before);
    expect((await run(line, options)).code).toBe(0);
  });
});
