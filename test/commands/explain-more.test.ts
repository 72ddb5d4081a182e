import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REASONS } from '../../src/api/protocol';
import { ERROR_CODES, exitCodeOf, meaningOf } from '../../src/core/error-codes';
import { CliError } from '../../src/core/errors';
import { VERDICTS } from '../../src/core/verdicts';
import { EndpointRefusal, errorBody, type RefusalCode } from '../../src/endpoint/refusal';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { renderErrorJson } from '../../src/terminal/render-error';
import { type RunOptions, run } from '../support/run';

const KEY = 'sk-CANARY-0123456789abcdef';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

interface Found {
  readonly code?: string;
  readonly refusal?: string;
  readonly status?: number;
  readonly verdict?: string;
  readonly sentence?: string;
  readonly exit?: number;
  readonly codes?: readonly { readonly code: string }[];
  readonly refusals?: readonly { readonly refusal: string }[];
}

const nameOf = ({ code, refusal, sentence, verdict, status, exit }: Found) =>
  code ?? refusal ?? sentence ?? verdict ?? status ?? exit;

/**
 * Runs `explain` with a text on standard input. Returns the code, status or other name of each thing that `explain` finds in the
 * text.
 */
async function explainPasted(stdin: string | Uint8Array, line = 'explain --json') {
  const { code, out, err } = await run(line, { stdin });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).not.toContain('CANARY');
  return (JSON.parse(out).found as readonly Found[]).map(nameOf);
}

const PAGES: readonly RunOptions[] = [
  {},
  { terminal: 'all', columns: 80 },
  { terminal: 'all', columns: 40 },
];

/**
 * Checks at several widths of the terminal that the output contains the texts. Only lines with commands may be longer than the
 * width.
 */
async function expectShown(words: readonly string[], texts: readonly string[]) {
  for (const options of PAGES) {
    const { code, out } = await run(words, options);
    expect(code).toBe(0);
    const flat = out.replace(/\s+/g, ' ');
    for (const text of texts) expect(flat).toContain(text);
    const wide = out.split('\n').filter((line) => line.length > (options.columns ?? 1000));
    expect(wide.filter((line) => !/^ {6}\S/.test(line))).toEqual([]);
  }
}

describe('vstoken explain STATUS', () => {
  it.each<[string, string, readonly string[], readonly string[]]>([
    [
      '401',
      'Unauthorized',
      ['key_refused', 'token_refused', 'token_expired', 'token_spent', 'token_for_other_server'],
      ['unauthenticated'],
    ],
    [
      '403',
      'Forbidden',
      ['token_scope', 'forbidden', 'upgrade_refused'],
      ['origin_not_allowed', 'not_a_page', 'above_ceiling'],
    ],
    ['429', 'Too Many Requests', ['rate_limited'], ['too_many_requests']],
    ['503', 'Service Unavailable', ['service_error'], ['authentication_unavailable', 'busy']],
    ['499', 'Client Closed Request', [], ['client_gone']],
    ['418', 'Client error', ['request_rejected'], []],
    ['302', 'Found', ['redirected'], []],
    ['200', 'OK', [], []],
  ])('explains %s, and lists the codes for it', async (status, name, codes, refusals) => {
    const document = (await run(`explain ${status} --json`)).json<Required<Found>>();
    expect(document).toMatchObject({
      status: Number(status),
      meaning: expect.stringMatching(new RegExp(`^${name}: .*\\.$`)),
    });
    expect(document.codes.map(({ code }) => code)).toEqual(codes);
    expect(document.refusals.map(({ refusal }) => refusal)).toEqual(refusals);
    await expectShown(
      ['explain', status],
      [`HTTP status ${status}, ${name}: `, ...codes, ...refusals],
    );
  });

  it.each([
    ...['HTTP 401', 'HTTP/1.1 401 Unauthorized', '401 Unauthorized', 'Unauthorized', ' 401 '],
    ...['unauthorized', 'status 401', 'HTTP/2 401', 'status code: 401'],
  ])('accepts the status in this form: %j', async (written) => {
    expect((await run(['explain', written, '--json'])).json()).toMatchObject({ status: 401 });
    expect(await explainPasted(written)).toEqual([401]);
  });

  it('lists the code with which a command ended', async () => {
    const env = { VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_API_KEY: 'wrong-key-0123' };
    const failed = await run('mint --json', { env });
    const { code, http_status } = failed.error();
    const { codes } = (await run(`explain ${http_status} --json`)).json<Required<Found>>();
    expect(codes.map((each) => each.code)).toContain(code);
  });

  it('explains numbers that are exit codes as exit codes', async () => {
    for (const exit of ['126', '127', '130', '143']) {
      expect((await run(`explain ${exit} --json`)).json()).toMatchObject({ exit: Number(exit) });
    }
    for (const word of ['099', '600', '4011', '40']) {
      expect((await run(`explain ${word}`)).code).toBe(2);
    }
  });
});

describe('vstoken explain with a code of serve', () => {
  const source = readFileSync(join(import.meta.dirname, '../../src/endpoint/refusal.ts'), 'utf8');
  const codes = [...source.matchAll(/^ {2}(\w+): \[\d{3},|^ {2}(\w+): \[$/gm)].map(
    ([, one, other]) => (one ?? other) as RefusalCode,
  );

  it('is tested with many codes', () => {
    expect(codes.length).toBeGreaterThan(15);
  });

  it.each(codes.filter((code) => code !== 'internal_error'))('explains %s', async (code) => {
    const { status, message } = new EndpointRefusal(code);
    const document = (await run(`explain ${code} --json`)).json();
    expect(document).toEqual({
      ...{ refusal: code, status, meaning: message },
      causes: expect.arrayContaining([expect.stringMatching(/^\S.*\.$/)]),
      fixes: expect.arrayContaining([expect.stringMatching(/^\S.*(\.|: vstoken .*)$/)]),
    });
    await expectShown(
      ['explain', code],
      [`${code} (status ${status} of vstoken serve): ${message}`],
    );
  });

  it.each(codes)('explains an answer of %s', async (code) => {
    const body = errorBody(code, new EndpointRefusal(code).message);
    expect(await explainPasted(body)).toEqual([code]);
    expect(
      await explainPasted(`< HTTP/1.1 ${new EndpointRefusal(code).status}\n<\n${body}`),
    ).toEqual([code]);
    expect(await explainPasted(`POST /token 503 3 ms ${code}\n`)).toEqual([code]);
  });
});

describe('vstoken explain with a verdict', () => {
  it.each(Object.entries(VERDICTS))('explains %s', async (verdict, { meaning, advice }) => {
    const document = (await run(`explain ${verdict} --json`)).json<Found>();
    // `not_a_token` is the name of a verdict and of an error code. `explain` explains the error code, because that explanation
    // also has causes and fixes.
    if (verdict === 'not_a_token') return expect(document.code).toBe('not_a_token');
    expect(document).toMatchObject({ verdict, meaning, advice });
    await expectShown(
      ['explain', verdict],
      [`${verdict} (verdict of vstoken inspect): ${meaning}`, advice],
    );
  });

  it('also names the error code for the verdict', async () => {
    const { codes } = (await run('explain spent --json')).json<Required<Found>>();
    expect(codes.map(({ code }) => code)).toEqual(['token_spent']);
  });
});

describe('vstoken explain with a sentence of the service', () => {
  const folder = join(import.meta.dirname, '../../src/sandbox');
  const said = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .flatMap((code) => [...code.matchAll(/new Refusal\(\d+, '([^']+)'/g)])
    .map(([, sentence = '']) => sentence);
  const ranges = [
    'access must be readonly or readwrite',
    'lifetime_s must be a number from 1 to 120',
  ];
  const sentences = [...new Set([...Object.values(REASONS), ...said, ...ranges])];

  it('is tested with many sentences', () => {
    expect(sentences.length).toBeGreaterThan(30);
  });

  it.each(sentences)('explains: %s', async (sentence) => {
    for (const written of [sentence, `"${sentence}."`, sentence.toUpperCase()]) {
      const document = (await run(['explain', written, '--json'])).json<Required<Found>>();
      expect(document).toMatchObject({ sentence, meaning: expect.stringMatching(/^[A-Z].*\.$/) });
      expect(document.codes.length).toBeGreaterThan(0);
    }
    const answer = JSON.stringify({ status: 'error', http_code: 400, error: sentence });
    expect(await explainPasted(answer)).toEqual([sentence]);
    await expectShown(['explain', sentence], [`The service answers "${sentence}": `]);
  });

  it('also names the error code with which commands end', async () => {
    for (const [reason, code] of [
      [REASONS.tokenSpent, 'token_spent'],
      [REASONS.tokenExpired, 'token_expired'],
      [REASONS.tokenReadonly, 'token_scope'],
    ] as const) {
      const { codes } = (await run(['explain', reason, '--json'])).json<Required<Found>>();
      expect(codes.map((each) => each.code)).toEqual([code]);
    }
  });
});

describe('vstoken explain with a pasted error', () => {
  it.each(ERROR_CODES)('finds the code in the JSON of %s', async (code) => {
    const json = renderErrorJson(new CliError(code, `It has ${KEY} in it.`, { httpStatus: 401 }));
    expect(await explainPasted(json)).toEqual([code]);
    expect(await explainPasted(`${KEY}\n2026-11-24 INFO CANARY ${json}\n`)).toEqual([code]);
    expect(await explainPasted(JSON.stringify({ log: json }))).toEqual([code]);
  });

  it.each(ERROR_CODES)('finds the code in the terminal output of %s', async (code) => {
    const text = `error: It failed, ${KEY}.\nhint:  CANARY\ncode:  ${code} (exit ${exitCodeOf(code)})\n`;
    expect(await explainPasted(text)).toEqual([code]);
    expect(await explainPasted(text.replace('code:', '\u001b[1mcode:\u001b[22m'))).toEqual([code]);
    expect(await explainPasted(text.replaceAll('\n', '\r\n'), 'explain - --json')).toEqual([code]);
  });

  it("explains the program's own output, in a terminal, in a pipe and as JSON", async () => {
    const env = { VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_API_KEY: KEY };
    for (const options of PAGES) {
      for (const line of ['mint', 'mint --json', 'test --mode read', 'status --check --json']) {
        const { out, err } = await run(line, { env, ...options });
        expect(await explainPasted(out + err)).toEqual(['key_refused']);
      }
    }
  });

  it('explains the answer of serve to a request, if it got no token', async () => {
    for (const code of ERROR_CODES) {
      const message = `No token could be minted: ${meaningOf(code)}.`;
      // The token endpoint has its own code `internal_error`. If a body contains this code, `explain` explains the code of the
      // endpoint.
      if (code !== 'internal_error') {
        expect(await explainPasted(errorBody(code, message))).toEqual([code]);
      }
      expect(await explainPasted(`CANARY ${message}`)).toEqual([code]);
    }
  });

  it.each<[string, string, readonly (string | number)[]]>([
    ['a transcript', '< HTTP/1.1 401 Unauthorized\r\n< date: CANARY\r\n', [401]],
    ['HTTP/2', 'HTTP/2 429\n', [429]],
    ['an error of ws', 'Error: Unexpected server response: 401', [401]],
    ['what inspect shows', '\u2717 spent\n\nCANARY', ['spent']],
    [
      'what inspect shows in colours',
      '\u001b[31m\u2717 \u001b[1mexpired 31 s ago\u001b[0m\n',
      ['expired'],
    ],
    ['a member of JSON', '{"statusCode":403,"key":"CANARY"}', [403]],
    ['an error of axios', 'AxiosError: Request failed with status code 401', [401]],
    ['an error of fetch', 'Error: 503 Service Unavailable CANARY', [503]],
    ['the status alone', ' 404\n', [404]],
    ['a log of a web server', '1.2.3.4 "GET /CANARY HTTP/1.1" 200\nHTTP/1.1 500', [500]],
    ['an exit code', 'Process completed with exit code 4. CANARY', [4]],
    ['a code alone', 'token_spent\n', ['token_spent']],
    ['a verdict', '{"verdict":"wrong_server","x":"CANARY"}', ['wrong_server']],
    ['a sentence of the service', 'CANARY: Auth token is readonly!', ['auth token is readonly']],
    ['several errors', 'code: no_key\nCANARY\ncode: timeout\ncode: no_key', ['no_key', 'timeout']],
    [
      'what --fail said',
      '{"error":"an injected fault prevented this transcription"}',
      ['an injected fault prevented this transcription'],
    ],
  ])('explains %s', async (_what, text, found) => {
    expect(await explainPasted(text)).toEqual(found);
  });

  it.each([
    'CANARY',
    'no such words, CANARY',
    '{"error":"CANARY"}',
    'x'.repeat(1_100_000),
    '-',
    '\0CANARY',
  ])('S75 quotes nothing of a text without a known error: %.20j', async (stdin) => {
    for (const line of ['explain', 'explain --json', 'explain -']) {
      const { code, out, err } = await run(line, { stdin });
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('invalid_value');
      expect(err).not.toMatch(/CANARY|xxx/);
    }
  });

  it('prints several explanations one after the other', async () => {
    const { out } = await run('explain', { stdin: 'code: no_key\ncode: timeout' });
    expect(out.match(/^\w+ \(exit \d\): /gm)).toEqual(['no_key (exit 4): ', 'timeout (exit 6): ']);
  });

  it('lists all codes if standard input is empty', async () => {
    for (const options of [
      { stdin: '' },
      { stdin: ' \n' },
      { stdinIsIdle: true },
      { terminal: 'all' as const },
    ]) {
      const { code, out } = await run('explain', options);
      expect({ code, first: out.split('\n')[0] }).toEqual({ code: 0, first: 'Exit 0: done' });
    }
  });

  it('says that it waits for the pipe if nothing arrives', async () => {
    const { code, err } = await run('explain', { stdinIsIdle: true });
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining('To wait for a text: vstoken explain -'),
    });
    expect((await run('explain', { stdin: '' })).err).toBe('');
  });

  it('does not read standard input if a code or a command is named', async () => {
    for (const line of ['explain no_key', 'explain --command mint']) {
      const { code, out } = await run(line, { stdin: 'code: timeout' });
      expect({ code, has: /^timeout/m.test(out) }).toEqual({ code: 0, has: false });
    }
  });

  it('rejects - without a pipe', async () => {
    const { error } = await run('explain - --json', { terminal: 'all' });
    expect(error()).toMatchObject({
      code: 'stdin_is_terminal',
      hint: 'vstoken explain < error.txt',
    });
  });
});

it.each(['401', 'above_ceiling', 'wrong_scope', 'token_spent', '4'])(
  'completion offers %s for explain',
  async (word) => {
    const stdin = `explain\n${word.slice(0, 2)}\n`;
    const { values } = (await run('completion zsh --words --json', { stdin })).json<{
      values: readonly { value: string }[];
    }>();
    expect(values.filter(({ value }) => value.trim() === word)).toHaveLength(1);
  },
);

it('S23 explain accepts only one code at a time, and does not repeat several words', async () => {
  const { code, err } = await run('explain 403 origin_not_allowed CANARYWORD');
  expect(code).toBe(2);
  expect(err).toContain('Give one code, for example: vstoken explain 403');
  expect(err).not.toContain('CANARYWORD');
});
