import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InspectDocument } from '../../src/commands/inspect/document';
import { VERDICT_CODES, VERDICTS } from '../../src/core/verdicts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { type FakeClock, fakeClock } from '../../src/system/clock';
import { envFor, type RunOptions, run } from '../support/run';
import { newConfigDir } from '../support/stored';

let sandbox: RunningSandbox;
let clock: FakeClock;
beforeAll(async () => {
  clock = fakeClock();
  sandbox = await startSandbox({ clock });
});
afterAll(() => sandbox.close());

/** Returns the first line of the text output, and the verdict of the JSON output. */
async function verdictOf(stdin: string, line: string, more: RunOptions) {
  const options = { env: envFor(sandbox), clock, stdin, ...more };
  const { out } = await run(`inspect ${line}`, options);
  const { json } = await run(`inspect --json ${line}`, options);
  return [out.split('\n')[0], json<InspectDocument>().verdict];
}

const minting = async (line: string, configDir = newConfigDir()) => {
  const options = { env: envFor(sandbox), clock, configDir };
  return { token: (await run(`mint ${line}`, options)).out.trim(), more: { configDir } };
};

describe('the first line of inspect is the verdict', () => {
  it('for a token that was minted here', async () => {
    const { token, more } = await minting('--lifetime 20s --access readwrite');
    await clock.advance(5000);
    expect(await verdictOf(token, '', more)).toEqual([
      '✓ not expired: expires in 15 s',
      'not_expired',
    ]);
    const env = { ...envFor(sandbox), VOCALSTACK_AUTH_TOKEN: token };
    await run('test --use-token --mode connect', { env, clock, ...more });
    expect(await verdictOf(token, '', more)).toEqual(['✗ spent', 'spent']);
    await clock.advance(46_000);
    expect(await verdictOf(token, '', more)).toEqual(['✗ expired 31 s ago', 'expired']);
    clock.jump(-3_600_000);
    expect(await verdictOf(token, '', more)).toEqual(['? minted here', 'minted_here']);
    clock.jump(3_600_000);
  });

  it('for a token whose use here had no result, or was refused', async () => {
    const { token, more } = await minting('--lifetime 60s');
    const ledger = (outcome: string, one_time: boolean) => ({
      ...more,
      context: (built: Parameters<NonNullable<RunOptions['context']>>[0]) => ({
        ...built,
        ledger: {
          ...built.ledger,
          find: async (...words: Parameters<typeof built.ledger.find>) => {
            const entry = await built.ledger.find(...words);
            const minted = entry?.minted ? { ...entry.minted, one_time } : null;
            const use = { at: new Date(clock.now()).toISOString(), command: 'test' };
            const more = { api_server: sandbox.url, what: 'read' as const, http_status: null };
            return { minted, uses: [{ ...use, ...more, outcome }] };
          },
        },
      }),
    });
    expect(await verdictOf(token, '', ledger('timeout', true))).toEqual([
      '? may be spent',
      'may_be_spent',
    ]);
    expect(await verdictOf(token, '', ledger('token_refused', false))).toEqual([
      '✗ refused',
      'unknown',
    ]);
  });

  it.each([
    ['a-token', {}, '? not recorded here', 'not_minted_here'],
    ['a-token', { env: { CI: '1' } }, '? not known here', 'nothing_noted'],
    ['[object Object]', {}, '✗ not a token', 'not_a_token'],
    ['VOCALSTACK_API_KEY=sk-0123456789abcdefghij', {}, '✗ an API key', 'api_key'],
    [
      'commit 3f786850e387550fdab836ed7e6dc881de23001b failed',
      {},
      '✗ several possible tokens',
      'ambiguous',
    ],
  ])('for %s', async (text, more, words, code) => {
    expect(await verdictOf(text, '', more)).toEqual([words, code]);
  });

  it('for a JWT from elsewhere, with the expiry in its claims', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const exp = Math.floor(clock.now() / 1000) - 90;
    const [line] = await verdictOf(`${part({ alg: 'HS256' })}.${part({ exp })}.sig`, '', {});
    expect(line).toMatch(
      /^\? not recorded here, and expired 1 min 3\d s ago according to its own claims$/,
    );
  });

  it.each([
    ['--no-one-time', '--probe', '✓ valid', 'valid'],
    ['--no-one-time', '--probe --access readwrite', '✗ wrong scope', 'wrong_scope'],
    ['--no-one-time', '--probe --api-server http://127.0.0.1:1', '? not checked', 'not_checked'],
  ])('for a token minted with %s, by inspect %s', async (options, line, words, code) => {
    const { token, more } = await minting(options);
    expect(await verdictOf(token, line, more)).toEqual([words, code]);
  });

  it.each([
    ['spent', 0],
    ['expired', 11_000],
  ])('for a token that the service refuses because it is %s', async (code, wait) => {
    const { token, more } = await minting('');
    const first = { env: envFor(sandbox), clock, stdin: token, ...more };
    if (!wait) await run('inspect --probe', first);
    await clock.advance(wait);
    const [line, verdict] = await verdictOf(token, '--probe', more);
    expect(line).toBe(wait ? '✗ expired 1 s ago' : '✗ spent');
    expect(verdict).toBe(code);
  });

  it('in ASCII if the terminal has no other characters, and without colour in a pipe', async () => {
    const first = async (env: Record<string, string>) => {
      const { out } = await run('inspect', { env, stdin: 'Bearer undefined' });
      return out.split('\n')[0];
    };
    expect(await first({ TERM: 'linux' })).toBe('x not a token');
    expect(await first({ LANG: 'C' })).toBe('x not a token');
    expect(await first({ LC_ALL: 'en_US.ISO-8859-1', LANG: 'de_DE.UTF-8' })).toBe('x not a token');
    expect(await first({ LANG: 'de_DE.utf8', TERM: 'xterm' })).toBe('✗ not a token');
  });

  it.each([
    ['bad', 'Bearer undefined', '\u001b[31m'],
    ['open', 'a-token', '\u001b[33m'],
  ])('with colours: %s', async (_kind, stdin, color) => {
    const context: RunOptions['context'] = (built) => {
      const { stdout } = built.io;
      const colored = Object.create(stdout, { color: { value: true } });
      return { ...built, io: { ...built.io, stdout: colored } };
    };
    const { out } = await run('inspect', { stdin, context });
    expect(out.startsWith(color)).toBe(true);
    const plain = await run('inspect --no-color', { stdin, context });
    expect(plain.out).not.toContain('\u001b');
  });
});

describe('the list of verdicts', () => {
  it('has a sentence for the meaning and a sentence for the advice of each verdict', () => {
    for (const code of VERDICT_CODES) {
      const { meaning, advice } = VERDICTS[code];
      for (const text of [meaning, advice]) expect(text).toMatch(/^[A-Z][^.]*(\.\S[^.]*)*\.$/);
    }
  });
});
