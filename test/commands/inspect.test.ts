import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InspectDocument } from '../../src/commands/inspect/document';
import { CliError } from '../../src/core/errors';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { type FakeClock, fakeClock } from '../../src/system/clock';
import { envFor, type RunOptions, run } from '../support/run';
import { configDirWith, newConfigDir } from '../support/stored';

let sandbox: RunningSandbox;
let clock: FakeClock;
/** A server that refuses every token with a status, but without a reason. */
let mute: Server;
let muteUrl: string;

beforeAll(async () => {
  clock = fakeClock();
  sandbox = await startSandbox({ clock });
  mute = createServer((_request, response) => {
    response.writeHead(401, { 'x-api-version': '1.1.0' }).end('{"status":"error","data":null}');
  });
  mute.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 401 Unauthorized\r\nx-api-version: 1.1.0\r\nconnection: close\r\n\r\n');
  });
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  muteUrl = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await sandbox.close();
  mute.close();
});

/** Returns functions that run commands with the same settings folder, which also contains the ledger. */
function user(configDir = newConfigDir()) {
  const options: RunOptions = { env: envFor(sandbox), configDir, clock };
  return {
    configDir,
    async mint(line = '') {
      return (await run(`mint ${line}`, options)).out.trim();
    },
    run: (line: string, more: RunOptions = {}) => run(line, { ...options, ...more }),
    inspect: (stdin: string, line = '', more: RunOptions = {}) =>
      run(`inspect ${line}`, { ...options, stdin, ...more }),
    /** Runs `inspect --json`. Returns the document, even if the run fails. */
    async inspectJson(stdin: string, line = '', more: RunOptions = {}) {
      const result = await run(`inspect --json ${line}`, { ...options, stdin, ...more });
      return { ...result, document: JSON.parse(result.out) as InspectDocument };
    },
  };
}

const jwtOf = (claims: unknown, header: unknown = { alg: 'HS256' }) =>
  [header, claims, 'signature']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');

describe('vstoken inspect', () => {
  it('says how a token was minted here, when it expires, and that it was never used', async () => {
    const { mint, inspect } = user();
    const token = await mint('--lifetime 20s');
    await clock.advance(5000);
    const { code, out, err } = await inspect(`${token}\n`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(
      'Minted on this machine 5 s ago by vstoken mint: readonly, one-time, 20 s. It expires in 15 s, and was not used on this machine.\n',
    );
    expect(out).toMatch(
      /^Source +standard input\nFingerprint +[0-9a-f]{12}\nLength +43 characters\nFormat +opaque/m,
    );
    expect(out).toMatch(/^Expiry +2026-11-24 \d\d:\d\d:\d\d UTC, in 15 s$/m);
    expect(out).not.toContain(token);
    await clock.advance(46_000);
    expect((await inspect(token)).out).toContain(
      'Minted on this machine 51 s ago by vstoken mint: readonly, one-time, 20 s. It expired 31 s ago, and was not used on this machine.\n',
    );
  });

  it('prints the same as a JSON document', async () => {
    const { configDir, run: runHere, inspectJson } = user(configDirWith(sandbox, ['staging']));
    const env = { VOCALSTACK_API_SERVER: sandbox.url };
    const { token, issued_at, expires_at } = (
      await runHere('mint --json --profile staging --access readwrite --no-one-time', { env })
    ).json<Record<string, string>>();
    await runHere('test --use-token --mode connect', {
      env: { ...env, VOCALSTACK_AUTH_TOKEN: token },
    });
    const { document, code } = await inspectJson(`${token}\n`, '', { env, configDir });
    expect(code).toBe(0);
    expect(document).toEqual({
      verdict: 'not_expired',
      summary: expect.stringContaining('for the profile staging: readwrite, reusable, 10 s.'),
      inspected_at: new Date(clock.now()).toISOString(),
      source: 'stdin',
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      length: 43,
      kind: 'opaque',
      findings: [],
      causes: [],
      candidates: [
        { n: 1, fingerprint: document.fingerprint, frame: 'ledger', length: token?.length },
      ],
      jwt: null,
      minted: {
        at: issued_at,
        command: 'mint',
        profile: 'staging',
        api_server: sandbox.url,
        access: 'readwrite',
        lifetime_s: 10,
        one_time: false,
        expires_at,
      },
      uses: [
        {
          at: expect.any(String),
          command: 'test',
          api_server: sandbox.url,
          what: 'session',
          outcome: 'ok',
          http_status: null,
        },
      ],
      ledger: 'on',
      probe: null,
      reply: null,
      error: null,
    });
  });

  it('says that a one-time token is spent, and which use spent it', async () => {
    const { mint, run: runHere, inspectJson } = user();
    const token = await mint('--access readwrite');
    const env = { ...envFor(sandbox), VOCALSTACK_AUTH_TOKEN: token };
    await runHere('test --use-token --mode connect', { env });
    await clock.advance(2000);
    const { document } = await inspectJson(token);
    expect(document.summary).toContain(
      'It works once, and was used up by a session that worked, by vstoken test, 2 s ago.',
    );
  });

  it('shows the uses here of a token from elsewhere', async () => {
    const [here, elsewhere] = [user(), user()];
    const token = await elsewhere.mint('--no-one-time');
    const unknown = await here.inspectJson(token);
    expect(unknown).toMatchObject({ code: 0, document: { minted: null, uses: [] } });
    expect(unknown.document.summary).toBe(
      'This machine did not record this token in the last 24 hours. Tokens of a sandbox are not recorded.',
    );
    const env = { ...envFor(sandbox), VOCALSTACK_AUTH_TOKEN: token };
    await here.run('test --use-token --mode read', { env });
    const { document } = await here.inspectJson(token);
    expect(document.summary).toContain('It was used on this machine once: a read that worked');
  });

  it.each([
    ['CI=1', { CI: '1' }, 'in CI, tokens are not recorded'],
    ['CI=true', { CI: 'true' }, 'in CI, tokens are not recorded'],
    ['the setting', {}, 'this machine records no tokens, because the setting "ledger" is off'],
  ])('says that nothing is recorded, because of %s', async (_how, more, words) => {
    const configDir = configDirWith(sandbox, ['default'], { ledger: 'off' });
    const { document } = await user('CI' in more ? undefined : configDir).inspectJson(
      'a-token',
      '',
      {
        env: more,
      },
    );
    expect(document.summary).toContain(words);
    expect(document.ledger).toBe('off');
  });

  it.each([
    ['the ledger is a folder', (path: string) => mkdirSync(path), 'is not a regular file'],
    [
      'the ledger is a symbolic link',
      (path: string) => symlinkSync('/dev/null', path),
      'is a symbolic link',
    ],
    [
      'others may write to the folder',
      (path: string) => chmodSync(dirname(path), 0o777),
      'is not safe',
    ],
  ])('says that tokens cannot be recorded: %s', async (_how, spoil, words) => {
    const configDir = newConfigDir();
    spoil(join(configDir, 'ledger.jsonl'));
    const { mint, inspectJson } = user(configDir);
    const { document, code } = await inspectJson(await mint());
    expect({ code, ledger: document.ledger }).toEqual({ code: 0, ledger: 'off' });
    expect(document.summary).toMatch(
      /^It is not known whether this machine minted the token: tokens cannot be recorded: /,
    );
    expect(document.summary).toContain(words);
  });

  it('counts the ledger as on if it can be created, without creating it', async () => {
    const configDir = join(newConfigDir(), 'not', 'there');
    const { document } = await user(configDir).inspectJson('a-token');
    expect(document.ledger).toBe('on');
    expect(existsSync(dirname(configDir))).toBe(false);
  });

  it('says that the clock was set back', async () => {
    const { mint, inspectJson, inspect } = user();
    const token = await mint();
    clock.jump(-3_600_000);
    const { document, code } = await inspectJson(token);
    clock.jump(3_600_000);
    expect(code).toBe(0);
    expect(document.findings).toEqual([
      { code: 'clock_set_back', text: expect.stringContaining('was set back') },
    ]);
    expect(document.summary).toMatch(
      /^The clock of this machine was set back.* Minted on this machine by vstoken mint: .* It was not used on this machine\.$/,
    );
    clock.jump(-3_600_000);
    const { out } = await inspect(token);
    clock.jump(3_600_000);
    expect(out).not.toMatch(/ ago| in [0-9]|What breaks/);
  });

  it.each([40, 80])(
    'keeps its lines within %i columns, except for text that cannot be wrapped',
    async (columns) => {
      const { mint, inspect } = user();
      const token = await mint('--no-one-time');
      const options = { terminal: 'all', columns } as const;
      const { out, err } = await inspect(`"Bearer ${token}"\r\n`, '--probe', options);
      const long = (out + err).split('\n').filter((line) => line.length > columns);
      expect(long).toEqual([]);
      expect((await inspect(token)).out).not.toMatch(/^ +\S/m);
    },
  );
});

describe('the example of docs/inspect.md', () => {
  it('shows what the program prints', async () => {
    const own = fakeClock();
    const server = await startSandbox({ clock: own });
    const configDir = configDirWith(server, ['staging']);
    const token = (await run('mint', { configDir, clock: own })).out;
    await own.advance(41_000);
    const { out } = await run('inspect', { configDir, clock: own, stdin: `Bearer ${token}` });
    await server.close();
    const page = readFileSync(join(import.meta.dirname, '../../docs/inspect.md'), 'utf8');
    const [, shown = ''] = /^\$ vstoken inspect < ticket\.txt\n([\s\S]*?)^```$/m.exec(page) ?? [];
    const form = (text: string) =>
      text
        .replaceAll(server.url, 'https://api.vocalstack.com')
        .replace(/(Fingerprint +)[0-9a-f]{12}/, '$1...');
    expect(form(shown)).toBe(form(out));
  });
});

describe('the source of the token', () => {
  const env = { VOCALSTACK_AUTH_TOKEN: 'in-the-variable' };
  const lengthOf = async (options: RunOptions, line = '') => {
    const { out, err, code } = await run(`inspect --json ${line}`, options);
    return code === 0 ? { ...JSON.parse(out), err } : JSON.parse(err.trim()).error;
  };

  it('is standard input, or the variable if standard input is a terminal or empty', async () => {
    expect(await lengthOf({ stdin: 'piped', env })).toMatchObject({ source: 'stdin', length: 5 });
    const fromVariable = { source: 'environment', length: 15, findings: [], err: '' };
    expect(await lengthOf({ env })).toMatchObject(fromVariable);
    expect(await lengthOf({ stdin: ' \n', env })).toMatchObject(fromVariable);
    expect(await lengthOf({ stdin: 'piped', env }, '--use-token')).toMatchObject(fromVariable);
  });

  it.each([
    ['a terminal, and no variable', {}, '', 'no_token'],
    ['an empty variable', { env: { VOCALSTACK_AUTH_TOKEN: '' } }, '', 'no_token'],
    ['nothing on standard input', { stdin: '\n' }, '', 'no_token'],
    ['an empty standard input with --token-stdin', { stdin: '', env }, '--token-stdin', 'no_token'],
    ['no variable with --use-token', { stdin: 'piped' }, '--use-token', 'no_token'],
    ['a terminal with --token-stdin', { env }, '--token-stdin', 'stdin_is_terminal'],
  ])('is reported as missing: %s', async (_what, options, line, code) => {
    expect(await lengthOf(options, line)).toMatchObject({ code, hint: expect.any(String) });
  });

  it('is the variable if a pipe stays silent, after a wait and with a note', async () => {
    const own = fakeClock();
    const running = lengthOf({ stdinIsIdle: true, env, clock: own });
    while (!own.waiting().includes(2000)) await new Promise((resolve) => setImmediate(resolve));
    await own.advance(2000);
    expect(await running).toMatchObject({
      source: 'environment',
      err: expect.stringContaining('Nothing arrived on standard input for 2 s'),
    });
  });

  it('is not the variable after a silent pipe if the token could be spent', async () => {
    const own = fakeClock();
    const running = lengthOf({ stdinIsIdle: true, env, clock: own }, '--probe');
    while (!own.waiting().includes(2000)) await new Promise((resolve) => setImmediate(resolve));
    await own.advance(2000);
    expect(await running).toMatchObject({
      ...{ code: 'invalid_arguments', exit: 2 },
      hint: expect.stringMatching(/--use-token.*--token-stdin/),
    });
    const terminal = await run('inspect --probe --json', { env: { ...envFor(sandbox), ...env } });
    expect(terminal.error().code).toBe('token_refused');
  });

  it('is shown, and a note says that the other source was ignored', async () => {
    const both = await run('inspect', { stdin: 'piped', env });
    expect(both.out).toMatch(/^Source +standard input$/m);
    expect(both.err).toContain('To inspect the token in VOCALSTACK_AUTH_TOKEN');
    expect(await run('inspect', { stdin: 'piped' })).toMatchObject({ err: '' });
    expect(await run('inspect --token-stdin', { stdin: 'piped', env })).toMatchObject({ err: '' });
    const { out } = await run('inspect', { env });
    expect(out).toMatch(/^Source +VOCALSTACK_AUTH_TOKEN$/m);
  });

  it.each(['', '--token-stdin'])('is awaited until the time limit, with %j', async (line) => {
    const own = fakeClock();
    const options = { stdinIsIdle: true, clock: own, env: line ? env : {} };
    const running = lengthOf(options, `--timeout 30s ${line}`);
    while (own.waiting().length === 0) await new Promise((resolve) => setImmediate(resolve));
    await own.advance(30_000);
    expect(await running).toMatchObject({
      code: 'timeout',
      message: 'No token arrived on standard input in time.',
    });
  });

  it('S23 is never an argument', async () => {
    const result = await run(['inspect', 'CANARY', '--json']);
    expect(result.error()).toMatchObject({ code: 'invalid_arguments', exit: 2 });
    expect(result.error().hint).toContain('A token cannot be an argument');
    expect(result.out + result.err).not.toContain('CANARY');
  });
});

describe('the text around a token', () => {
  const T = 'aB3_d-9';
  it.each([
    [`${T}\n`, []],
    [`${T}\r\n`, ['carriage_return']],
    [`${T}\n\n`, ['line_feed']],
    [` ${T}\t`, ['white_space']],
    [`\ufeff${T}`, ['byte_order_mark']],
    [`aB3\u200b_d-9`, ['invisible_characters']],
    [`aB3\u{e0041}_d\ufe0f-\u3164\u20669`, ['invisible_characters']],
    [`Bearer ${T}`, ['bearer_prefix']],
    [`Bearer: ${T}`, ['bearer_prefix']],
    [`${T},`, ['punctuation']],
    [`"${T}";`, ['punctuation', 'quotes']],
    [`(${T})`, ['punctuation']],
    [`https://api.vocalstack.com/x?a=1&access_token=${T}&b=2`, ['url']],
    [`wss://host/?token=${T}`, ['url']],
    [`bearer  Bearer ${T}`, ['bearer_prefix', 'bearer_twice']],
    [`Authorization: ${T}`, ['missing_bearer', 'header']],
    [`Authorization: Bearer ${T}`, ['header', 'bearer_prefix']],
    [`header = "Authorization: Bearer ${T}"`, ['curl_line', 'header', 'bearer_prefix']],
    [`"${T}"`, ['quotes']],
    [`'${T}`, ['quotes']],
    [`\u201c${T}\u201d`, ['quotes']],
    [`export VOCALSTACK_AUTH_TOKEN='${T}'`, ['assignment']],
    [`VOCALSTACK_AUTH_TOKEN=${T}`, ['assignment']],
    [`token=${T}`, ['assignment']],
    [`set -gx TOKEN '${T}'`, ['assignment']],
    [`$env:TOKEN = '${T}'`, ['assignment']],
    [`set "TOKEN=${T}"`, ['assignment']],
    [`{"token":"${T}","access":"readonly"}`, ['json']],
    [`{"status":"done","data":"${T}"}`, ['json']],
    [`{"data":{"token":"${T}"}}`, ['json']],
    [`Bearer%20${T}`, ['percent_encoding', 'bearer_prefix']],
    [`a%423_d-9`, ['percent_encoding']],
    [`${T}...`, ['cut_short']],
    [`\ufeff"Bearer ${T}" \r\n`, expect.arrayContaining(['quotes', 'bearer_prefix'])],
  ])('is recognised: %j', async (text, codes) => {
    const { inspectJson } = user();
    const { document, code } = await inspectJson(text);
    expect(code).toBe(0);
    expect(document.findings.map((finding) => finding.code)).toEqual(codes);
    expect(document.length).toBe(text.endsWith('...') ? 10 : 7);
    for (const finding of document.findings) expect(finding.text).toMatch(/^[A-Z].*\.$/);
  });

  it('includes a line feed at the end of a variable, but not of standard input', async () => {
    const env = { VOCALSTACK_AUTH_TOKEN: `${T}\n` };
    const { json } = await run('inspect --json', { env });
    expect(json<InspectDocument>().findings).toEqual([
      { code: 'line_feed', text: expect.any(String) },
    ]);
  });

  it('is ignored if the text is itself a token that was minted here', async () => {
    const odd = '"Bearer%20odd=token"';
    const service = createServer((_request, response) => {
      response
        .writeHead(200, { 'x-api-version': '1.1.0' })
        .end(JSON.stringify({ status: 'done', data: odd }));
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const { port } = service.address() as AddressInfo;
    const env = { VOCALSTACK_API_SERVER: `http://127.0.0.1:${port}`, VOCALSTACK_API_KEY: 'k' };
    const { run: runHere, inspectJson } = user();
    expect((await runHere('mint', { env })).out).toBe(`${odd}\n`);
    service.close();
    const { document } = await inspectJson(odd);
    expect(document).toMatchObject({ findings: [], minted: { command: 'mint' } });
  });

  it.each([
    ['a curl command', (token: string) => `curl -H "Authorization: Bearer ${token}" https://host/`],
    ['a URL', (token: string) => `see http://host/list?x=1&key=${token}&y=2`],
    ['a mail', (token: string) => `Hi,\nwe get 401 with <${token}>, since monday.\nBye\n`],
    ['a log', (token: string) => `{"level":"warn","auth":"${token}","n":1}`],
  ])('can be %s, if the token or key is known here', async (_what, within) => {
    const { mint, inspectJson, configDir } = user();
    const token = await mint();
    const { document, code } = await inspectJson(within(token));
    expect(code).toBe(0);
    expect(document.findings.map((finding) => finding.code)).toEqual(['longer_text']);
    expect(document).toMatchObject({ length: 43, minted: { command: 'mint' } });
    const key = 'CanaryKey-of-twenty-or-more';
    const env = { VOCALSTACK_API_KEY: key };
    const own = await user(configDir).inspectJson(within(key), '--probe', { env });
    expect(own).toMatchObject({ code: 4, document: { kind: 'api_key' } });
    expect(own.out + own.err).not.toContain(key);
  });

  it('can be a line break inside the token, if the token is known here', async () => {
    const { mint, inspectJson } = user();
    const token = await mint();
    const { document } = await inspectJson(`${token.slice(0, 20)}\n${token.slice(20)}\n`);
    expect(document.findings.map(({ code }) => code)).toEqual(['line_break']);
    expect(document.minted).not.toBeNull();
  });
});

describe('a text that is not a token', () => {
  it.each([
    ['undefined', 'if a variable is empty'],
    ['Bearer null', 'if a variable is empty'],
    ['[object Object]', 'holds an object'],
    ['***', 'instead of a secret'],
    ['**redacted**', 'instead of a secret'],
    ['$TOKEN', 'the name of a variable'],
    ['$'.concat('{{ secrets.TOKEN }}'), 'the name of a variable'],
    ['%TOKEN%', 'the name of a variable'],
    ['<token>', 'the name of a variable'],
    ['Bearer', 'nothing after it'],
    ['""', 'it contains no text'],
    ['two words', 'several words'],
    ['one\ntwo\n', 'several words'],
    ['t\u00f6ken', 'characters that a token never has'],
    ['abc\u2026', 'characters that a token never has'],
    ['a'.repeat(4097), 'longer than any token'],
    [`${'('.repeat(20_000)}`, 'longer than any token'],
    ['{"status":"error"}', 'a JSON error'],
    ['<html></html>', 'an HTML page'],
    ['401', 'the status of an HTTP answer'],
    ['Hi,\nit fails.\n', 'an e-mail'],
  ])('%j ends with 4, and inspect says what the text is', async (text, words) => {
    const { code, document, error } = await user().inspectJson(text, '--probe');
    expect(code).toBe(4);
    expect(error()).toMatchObject({ code: 'not_a_token', exit: 4 });
    expect(error().message).toContain(words);
    expect(document).toMatchObject({ kind: 'not_a_token', fingerprint: null, probe: null });
    expect(document.summary).toBe(error().message);
    expect(document.error).toEqual({ code: 'not_a_token', message: error().message });
  });

  it.each([
    ['in the variable', 'VOCALSTACK_API_KEY'],
    ['in a file', 'VOCALSTACK_API_KEY_FILE'],
    ['stored', 'profile staging'],
  ])('an API key that is %s is recognised, and never sent', async (how, words) => {
    const key = 'CanaryKey-5d2';
    const stored = how === 'stored';
    const options: RunOptions = {
      env: {
        VOCALSTACK_API_SERVER: 'http://127.0.0.1:1',
        ...(how === 'in the variable' && { VOCALSTACK_API_KEY: key }),
        ...(how === 'in a file' && { VOCALSTACK_API_KEY_FILE: '/key' }),
      },
      files: { '/key': `${key}\n` },
    };
    const configDir = stored
      ? configDirWith({ url: sandbox.url, apiKey: key }, ['staging'])
      : newConfigDir();
    const { code, document, error, out, err } = await user(configDir).inspectJson(
      `Bearer ${key}\n`,
      '--probe',
      options,
    );
    expect(code).toBe(4);
    expect(error()).toMatchObject({ code: 'not_a_token', message: expect.stringContaining(words) });
    expect(error().hint).toContain(
      'Keep the key secret: it allows everything. Give clients a token instead: vstoken mint',
    );
    expect(document).toMatchObject({ kind: 'api_key', probe: null });
    expect(document.findings.map((finding) => finding.code)).toEqual(['bearer_prefix']);
    expect(out + err).not.toContain(key);
  });
});

describe('a whole message', () => {
  const word = 'vt7Q_x2LkPz9aRb-4HcW8sYdE3mNfU6jGoT1iBvKq0M';
  const other = 'Zk4nB8_wJ1sXc6vLpQ0rTy-3uEhGdM9aFiO5tR2qWbY';
  const commit = '3f786850e387550fdab836ed7e6dc881de23001b';
  /** Returns the words of a text that were sent to the service. */
  const sent = async (text: string, line: string) => {
    const tokens: (string | undefined)[] = [];
    const network: RunOptions['network'] = (real) => ({
      ...real,
      http: {
        ...real.http,
        send: (request) => {
          tokens.push(JSON.stringify(request.headers));
          return real.http.send(request);
        },
      },
    });
    return { ...(await user().inspectJson(text, line, { network })), tokens: tokens.join('\n') };
  };

  it('has its token used without a prompt if the token has a frame', async () => {
    const { document, tokens } = await sent(
      `commit ${commit}\ncurl -H "Authorization: ${word}" https://host/\n`,
      '--probe --access readonly',
    );
    expect(document.kind).toBe('opaque');
    expect(document.causes).toEqual([
      { code: 'missing_bearer', message: expect.stringContaining('"Bearer" is missing') },
    ]);
    expect(document.candidates.map(({ n, frame, length }) => ({ n, frame, length }))).toEqual([
      { n: 1, frame: 'header', length: 43 },
      { n: 2, frame: null, length: 40 },
    ]);
    expect(tokens).toContain(word);
    expect(tokens).not.toContain(commit);
  });

  it('S75 has its words without a frame listed by fingerprint, and sent only with --pick', async () => {
    const text = `commit ${commit} and ${other}, which one?\n`;
    const listed = await sent(text, '--probe --access readonly');
    expect(listed).toMatchObject({ code: 4, tokens: '', document: { probe: null } });
    expect(listed.error()).toMatchObject({
      code: 'not_a_token',
      hint: expect.stringContaining('--pick N'),
    });
    expect(listed.out + listed.err).not.toMatch(new RegExp(`${commit}|${other}`));
    const { out } = await user().inspect(text);
    const [, second] = listed.document.candidates;
    expect(out).toContain(`- 2: ${second?.fingerprint}, 43 characters, not marked as a token\n`);
    const picked = await sent(text, '--probe --access readonly --pick 2');
    expect(picked.document).toMatchObject({ fingerprint: second?.fingerprint, length: 43 });
    expect(picked.tokens).toContain(other);
    expect(picked.tokens).not.toContain(commit);
  });

  it('S75 has no word sent if several words have a frame', async () => {
    const text = `Authorization: Bearer ${word}\nAuthorization: Bearer ${other}\n`;
    const { code, tokens, error } = await sent(text, '--probe');
    expect({ code, tokens }).toEqual({ code: 4, tokens: '' });
    expect(error().message).toContain('The text contains 2 auth tokens');
  });

  it.each(['0', 'x', '3'])('has no word for --pick %s, which is rejected', async (number) => {
    const result = await user().inspect(`${word}\n${other}\n`, `--json --pick ${number}`);
    expect(result.error()).toMatchObject({ code: 'invalid_value', exit: 2 });
  });

  it('S75 has no API key sent, even if only its name shows that it is a key', async () => {
    const { code, tokens, document } = await sent(`VOCALSTACK_API_KEY=${other}\n`, '--probe');
    expect({ code, tokens, kind: document.kind }).toEqual({ code: 4, tokens: '', kind: 'api_key' });
    expect(document.causes.map((one) => one.code)).toEqual(['api_key']);
  });

  it('can have a million characters', async () => {
    const noise = `${'a log line of no interest, 401 '.repeat(32_000)}\n`;
    const { document, code } = await user().inspectJson(`${noise}Authorization: Bearer ${word}\n`);
    expect({ code, length: document.length }).toEqual({ code: 0, length: 43 });
  });
});

describe('a JWT', () => {
  it('is decoded, and its claims are marked as not verified', async () => {
    const exp = Math.floor(clock.now() / 1000) - 90;
    const token = jwtOf({ sub: 'user', exp, iat: exp - 10, nbf: 'soon', scope: ['a', { b: 1 }] });
    const { inspectJson, inspect } = user();
    const { document } = await inspectJson(token);
    expect(document).toMatchObject({
      kind: 'jwt',
      summary: expect.stringContaining(
        'which were not verified, say that it expired 1 min 30 s ago.',
      ),
      jwt: {
        header: { alg: 'HS256' },
        claims: { sub: 'user', exp },
        expires_at: new Date(exp * 1000).toISOString(),
        not_before: null,
      },
    });
    const { out } = await inspect(token);
    expect(out).toContain('Claims inside the token, not verified:\n');
    expect(out).toMatch(/^exp: +2026-11-24 .* UTC, 1 min 30 s ago$/m);
    expect(out).toMatch(/^scope: +\["a",\{"b":1\}\]$/m);
    expect(out + JSON.stringify(document)).not.toContain(token.split('.')[2]);
  });

  it('has a note for a time in milliseconds, and for a time in the future', async () => {
    const { inspectJson, inspect } = user();
    const seconds = Math.floor(clock.now() / 1000);
    const odd = jwtOf({ exp: seconds * 1000 });
    const { document } = await inspectJson(odd);
    expect(document.jwt?.expires_at).toBeNull();
    expect(document.summary).toContain('milliseconds? A JWT must use seconds');
    expect((await inspect(odd)).out).toMatch(/^exp: +\d+ \(is it in milliseconds\?/m);
    const early = await inspectJson(jwtOf({ nbf: seconds + 90, exp: seconds + 180 }));
    expect(early.document.summary).toMatch(
      /it becomes valid in 1 min \d\d s and expires in \d min/,
    );
  });

  it('S28 cannot control the terminal by its claims and their names', async () => {
    const hostile = '\u001b]52;c;QQ==\u0007\u009b2J\u202e\u2028\r\n::add-mask::x';
    const token = jwtOf({ [hostile]: hostile, nested: { [hostile]: [hostile] } });
    const { out } = await user().inspect(token);
    const { out: json } = await user().inspect(token, '--json');
    for (const text of [out, json]) {
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/);
      expect(text).not.toMatch(/^::/m);
      expect(text).toContain('\\u001b]52');
    }
  });

  it('is shown in part if it is long, and accepted if it is unusual', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`c${index}`, 1]));
    const { out } = await user().inspect(jwtOf(many));
    expect(out).toMatch(/\d\d more: use --json/);
    const long = await user().inspect(jwtOf({ text: 'x'.repeat(1000) }));
    expect(long.out).toMatch(/^text: +x{200}\.\.\.$/m);
    const odd = [
      jwtOf({ exp: 1e30, iat: null, nbf: -1e15 }),
      jwtOf({ ['__proto__']: 1, constructor: 2 }),
      jwtOf([]),
      jwtOf(null),
      jwtOf('text'),
      'a.b.c',
      'eyJ.eyJ.eyJ',
      '..',
      `${Buffer.from('{"a":'.repeat(300)).toString('base64url')}.e30.`,
      `e30.${Buffer.from(`{"a":${'['.repeat(1200)}${']'.repeat(1200)}}`).toString('base64url')}.x`,
    ];
    for (const token of odd) {
      for (const line of ['', '--json']) {
        expect(await user().inspect(token, line)).toMatchObject({ code: 0, err: '' });
      }
    }
  });
});

describe('vstoken inspect --probe', () => {
  it.each([
    ['--access readonly', ['read:ok'], true, null, 0],
    ['--access readwrite', ['session:ok'], null, true, 0],
    ['--access readonly --no-one-time', ['read:ok', 'session:token_scope'], true, false, 0],
    ['--access readwrite --no-one-time', ['session:ok', 'read:ok'], true, true, 0],
  ])(
    'of a token minted here with %s sends the request that loses least',
    async (line, asked, read, session, exit) => {
      const { mint, inspectJson, run: runHere } = user();
      const token = await mint(line);
      const { document, code, err } = await inspectJson(token, '--probe');
      expect(code).toBe(exit);
      expect(document.probe).toMatchObject({
        api_server: sandbox.url,
        verdict: 'valid',
        may_read: read,
        may_open_session: session,
      });
      expect(document.probe?.requests.map((one) => `${one.request}:${one.outcome}`)).toEqual(asked);
      const isOnce = asked.length === 1;
      expect(err.includes('The request uses up the token')).toBe(isOnce);
      expect(document.summary.includes('The request used up the token.')).toBe(isOnce);
      expect(err).toMatch(/^note: Using the token at http/);
      const env = { ...envFor(sandbox), VOCALSTACK_AUTH_TOKEN: token };
      const again = await runHere('test --use-token --mode read --json', { env });
      expect(again.code).toBe(isOnce ? 4 : 0);
    },
  );

  it.each([
    ['--access readonly', ['session:token_scope', 'read:token_spent'], null, false],
    ['--access readwrite', ['session:ok', 'read:token_spent'], null, true],
    ['--access readonly --no-one-time', ['session:token_scope', 'read:ok'], true, false],
  ])(
    'of a token from elsewhere (%s) finds out as much as possible',
    async (line, asked, read, session) => {
      const token = await user().mint(line);
      const { document, code, err } = await user().inspectJson(token, '--probe');
      expect(code).toBe(0);
      expect(err).toContain('If the token is one-time, the request uses it up.');
      expect(document.probe).toMatchObject({
        verdict: 'valid',
        may_read: read,
        may_open_session: session,
      });
      expect(document.probe?.requests.map((one) => `${one.request}:${one.outcome}`)).toEqual(asked);
      expect(document.summary.includes('The token was one-time')).toBe(!line.includes('no-one'));
    },
  );

  it('uses --access as the access that the token must have', async () => {
    const { mint, inspectJson } = user();
    const readonly = await inspectJson(await mint('--no-one-time'), '--probe --access readwrite');
    expect(readonly.code).toBe(5);
    expect(readonly.error()).toMatchObject({
      code: 'token_scope',
      message: 'The token was minted with access readonly, which does not allow this request.',
    });
    expect(readonly.document.probe).toMatchObject({
      verdict: 'wrong_scope',
      may_open_session: false,
    });
    const readwrite = await inspectJson(
      await mint('--access readwrite'),
      '--probe --access readonly',
    );
    expect(readwrite).toMatchObject({ code: 0, document: { probe: { may_read: true } } });
  });

  it.each([
    ['expired', 'token_expired', 11_000, ''],
    ['spent', 'token_spent', 0, 'use'],
  ])('recognises a token that is %s', async (verdict, errorCode, wait, use) => {
    for (const server of [sandbox.url, muteUrl]) {
      const isMute = server === muteUrl;
      const configDir = newConfigDir();
      const { mint, inspectJson, run: runHere } = user(configDir);
      const token = await mint();
      const env = { ...envFor(sandbox), VOCALSTACK_AUTH_TOKEN: token };
      if (use) await runHere('test --use-token --mode read', { env });
      if (isMute) {
        // Changes the server in the ledger to `muteUrl`. That server refuses the token with 401 and no reason.
        const path = join(configDir, 'ledger.jsonl');
        writeFileSync(path, readFileSync(path, 'utf8').replaceAll(sandbox.url, muteUrl));
      }
      await clock.advance(wait);
      const result = await inspectJson(token, '--probe', { env: {} });
      expect(result.err).toContain(
        wait
          ? 'If the service still accepts the token, the request uses it up.'
          : 'The request uses up the token',
      );
      expect(result.code).toBe(4);
      expect(result.error().code).toBe(errorCode);
      expect(result.document.probe).toMatchObject({ verdict, api_server: server });
      expect(result.document.probe?.requests).toHaveLength(1);
    }
  });

  /** Changes the server of all tokens in the ledger to `muteUrl`. That server refuses tokens with 401 and no reason. */
  const moveToMute = (configDir: string) => {
    const path = join(configDir, 'ledger.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(sandbox.url, muteUrl));
  };

  it('says that another program used the token if no other cause is possible', async () => {
    const configDir = newConfigDir();
    const { mint, inspectJson } = user(configDir);
    const token = await mint('--lifetime 60s');
    moveToMute(configDir);
    await clock.advance(3000);
    const { code, document, error } = await inspectJson(token, '--probe', { env: {} });
    expect({ code, verdict: document.probe?.verdict }).toEqual({ code: 4, verdict: 'spent' });
    expect(error()).toMatchObject({ code: 'token_spent', http_status: 401 });
    expect(error().message).toContain('another program used it, or the service');
    expect(document.summary).toBe(
      `Spent: ${muteUrl} refuses the token: another program used it, or the service deleted it. Minted on this machine 3 s ago by vstoken mint: readonly, one-time, 60 s. Before the probe, it was not used on this machine.`,
    );
    expect((await inspectJson(token)).document.summary).not.toContain('expires in');
  });

  it('does not say that a refused reusable token is still valid', async () => {
    const configDir = newConfigDir();
    const { mint, inspectJson } = user(configDir);
    const token = await mint('--no-one-time');
    moveToMute(configDir);
    const { document } = await inspectJson(token, '--probe', { env: {} });
    expect(document.probe?.verdict).toBe('unknown');
    expect(document.summary).toMatch(/^Refused: /);
    expect(document.summary).not.toContain('expires in');
    expect((await inspectJson(token)).document.summary).toContain(
      'It was used on this machine once: a read that',
    );
  });

  it('says that a use without a result may have spent the token', async () => {
    const { mint, inspectJson, run: runHere } = user();
    const token = await mint('--lifetime 60s');
    const network: RunOptions['network'] = (real) => ({
      ...real,
      http: {
        ...real.http,
        send: async () => {
          throw new CliError('connection_reset', 'Gone.');
        },
      },
    });
    const env = { ...envFor(sandbox), VOCALSTACK_AUTH_TOKEN: token };
    await runHere('test --use-token --mode read', { env, network });
    const { document } = await inspectJson(token);
    expect(document.summary).toContain(
      'may have been used up by a read that failed with connection_reset',
    );
    expect(document.summary).toMatch(/If not, it expires in (59 s|1 min)\.$/);
  });

  it('says that its own request spent the token from elsewhere', async () => {
    const token = await user().mint('--access readwrite');
    const network: RunOptions['network'] = (real) => ({
      ...real,
      http: {
        ...real.http,
        send: ({ url, ...rest }) =>
          real.http.send({ ...rest, url: new URL(url.pathname + url.search, muteUrl) }),
      },
    });
    const { document, code } = await user().inspectJson(token, '--probe', { network });
    expect(code).toBe(0);
    expect(document.summary).toMatch(
      /^Valid: http\S+ accepts the token: it can open a session\. A second request was refused: the token is one-time and was used up by the first request, or it expired between the requests\./,
    );
  });

  it('recognises a token of another server, and sends it to its own server if no server is named', async () => {
    const { mint, inspectJson } = user();
    const token = await mint('--no-one-time');
    const wrong = await inspectJson(token, `--probe --api-server ${muteUrl}`);
    expect(wrong.code).toBe(4);
    expect(wrong.error().code).toBe('token_for_other_server');
    expect(wrong.error().message).toContain(`was minted for ${sandbox.url}`);
    expect(wrong.document.probe?.verdict).toBe('wrong_server');
    expect(wrong.document.summary).toContain(
      'refuses the token: it was minted for another server.',
    );
    const right = await inspectJson(token, '--probe', { env: {} });
    expect(right.document.probe).toMatchObject({ verdict: 'valid', api_server: sandbox.url });
  });

  it('recognises a token that the service does not know', async () => {
    const { code, document, error } = await user().inspectJson('a-token', '--probe');
    expect({ code, verdict: document.probe?.verdict }).toEqual({ code: 4, verdict: 'unknown' });
    expect(error()).toMatchObject({ code: 'token_refused', http_status: 401 });
  });

  it('prints what is known here if the service cannot be reached', async () => {
    const { mint, inspectJson } = user();
    const token = await mint();
    const { code, document, error } = await inspectJson(
      token,
      '--probe --api-server http://127.0.0.1:1',
    );
    expect(code).toBe(6);
    expect(error().code).toBe('connection_refused');
    expect(document).toMatchObject({
      summary: expect.stringContaining(
        'Could not check the token at http://127.0.0.1:1. Minted on this machine',
      ),
      probe: { verdict: null, may_read: null, may_open_session: null },
      minted: { command: 'mint' },
    });
  });

  it('records its requests in the ledger, and prints no notes with --quiet', async () => {
    const { mint, inspectJson } = user();
    const token = await mint();
    expect((await inspectJson(token, '--probe --quiet')).err).toBe('');
    const { document } = await inspectJson(token);
    expect(document.uses).toEqual([
      expect.objectContaining({ command: 'inspect', what: 'read', outcome: 'ok' }),
    ]);
  });

  it.each([
    ['--access readonly', '--access requires --probe'],
    ['--api-server http://localhost:1', '--api-server requires --probe'],
    ['--token-stdin --use-token', '--token-stdin cannot be used with --use-token'],
  ])('cannot be combined with: %s', async (line, words) => {
    const { code, error } = await run(`inspect --json ${line}`);
    expect(code).toBe(2);
    expect(error().message).toContain(words);
  });

  it('ends if it is interrupted', async () => {
    const controller = new AbortController();
    controller.abort(new CliError('interrupted', 'Interrupted.'));
    const options = { stdin: 'a-token', signal: controller.signal, env: envFor(sandbox) };
    expect(await run('inspect --probe', options)).toMatchObject({ code: 130, out: '' });
  });
});

describe('S71 inspect --probe if the upgrade is refused', () => {
  it.each([401, 403, 404])('does not judge the token by status %s', async (status) => {
    const faulty = await startSandbox({ clock, faults: [`connect:${status}`] });
    const env = envFor(faulty);
    const { inspectJson, run: runHere } = user();
    const probing = async (line: string) => {
      const { out } = await runHere(`mint ${line}`, { env });
      const token = out.trim();
      return { token, ...(await inspectJson(token, '--probe', { env })) };
    };

    const readwrite = await probing('--access readwrite');
    expect(readwrite.document).toMatchObject({
      probe: { verdict: null, may_read: null, may_open_session: null },
    });
    expect(readwrite.error()).toMatchObject({ code: 'upgrade_refused', exit: 6 });
    expect(`${readwrite.out}${readwrite.err}`).not.toMatch(
      /needs a|Valid|refused the token|spent it/,
    );
    // `inspect --probe` has not sent the token, because the server refused the WebSocket. So the one-time token still works.
    const stdin = readwrite.token;
    expect(await runHere('test --token-stdin --mode read', { env, stdin })).toMatchObject({
      code: 0,
    });

    const readonly = await probing('--access readonly --no-one-time');
    expect({ code: readonly.code, probe: readonly.document.probe }).toMatchObject({
      code: 0,
      probe: { verdict: 'valid', may_read: true, may_open_session: null },
    });
    await faulty.close();
  });
});

describe('a refusal in another command', () => {
  it.each([
    ['token_expired', 11_000, 'its lifetime of 10 s ended 1 s ago'],
    ['token_for_other_server', 0, 'was minted for'],
  ])('S71 is explained with the ledger: %s', async (code, wait, words) => {
    const configDir = newConfigDir();
    const { mint, run: runHere } = user(configDir);
    const token = await mint('--no-one-time --access readwrite');
    if (code === 'token_expired') {
      const path = join(configDir, 'ledger.jsonl');
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(sandbox.url, muteUrl));
    }
    await clock.advance(wait);
    const env = { VOCALSTACK_API_SERVER: muteUrl, VOCALSTACK_AUTH_TOKEN: token };
    const { error } = await runHere('test --use-token --json --mode read', { env });
    expect(error()).toMatchObject({ code, exit: 4, http_status: 401 });
    expect(error().message).toContain(words);
    // A WebSocket upgrade contains no credentials, so its refusal does not mean that the token was refused.
    const connect = await runHere('test --use-token --json --mode connect', { env });
    expect(connect.error()).toMatchObject({ code: 'upgrade_refused', exit: 6, http_status: 401 });
  });

  it.each([
    ['in the variable', 'VOCALSTACK_API_KEY'],
    ['stored', 'profile staging'],
  ])('is not needed to reject an API key that is %s', async (how, words) => {
    const key = 'CanaryKey-5d2';
    const isStored = how === 'stored';
    const configDir = isStored
      ? configDirWith({ url: sandbox.url, apiKey: key }, ['staging'])
      : newConfigDir();
    const env = {
      VOCALSTACK_API_SERVER: 'http://127.0.0.1:1',
      ...(!isStored && { VOCALSTACK_API_KEY: key }),
    };
    const inVariable = { env: { ...env, VOCALSTACK_AUTH_TOKEN: key } };
    for (const [line, options] of [
      ['--use-token', inVariable],
      ['--token-stdin --mode read', { env, stdin: `${key}\n` }],
    ] as const) {
      const { error, code, err } = await user(configDir).run(`test --json ${line}`, options);
      expect(code).toBe(4);
      expect(error()).toMatchObject({
        code: 'not_a_token',
        message: expect.stringContaining(words),
        hint: expect.stringContaining(
          'Keep the key secret: it allows everything. Give clients a token instead: vstoken mint',
        ),
      });
      expect(err).not.toContain(key);
    }
  });

  it('stays unchanged if the ledger has no entry, or cannot be read', async () => {
    const configDir = newConfigDir();
    mkdirSync(join(configDir, 'ledger.jsonl'));
    const env = { VOCALSTACK_API_SERVER: muteUrl, VOCALSTACK_AUTH_TOKEN: 'a-token' };
    const { error } = await user(configDir).run('test --use-token --json --mode read', { env });
    expect(error()).toMatchObject({ code: 'token_refused', exit: 4 });
  });
});
