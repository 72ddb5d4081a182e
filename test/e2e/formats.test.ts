import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatToken } from '../../src/core/quote';
import { listen } from '../support/fault-server';
import { needs } from '../support/needs';
import { fc } from '../support/properties';
import { run } from '../support/run';
import { envFor, errorIn, runBinary, start, startShell } from './support/run-binary';
import { type Service, sendJson, startService } from './support/service';

const VISIBLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join('');
const WITHOUT_QUOTE = VISIBLE.replace("'", '');

/** Tokens that are hard to quote: with all allowed characters, or with characters that have a meaning in a shell. */
const HARD = [
  VISIBLE,
  "'",
  "'a'b''",
  '-n',
  '\\',
  '"\\"',
  '$(id)`id`',
  '#a',
  'a\\n',
  '!!',
  '~',
  'x'.repeat(4096),
];
const HARD_IN_DOTENV = HARD.filter((token) => !token.includes("'")).concat(WITHOUT_QUOTE);

const token = fc.string({
  unit: fc.constantFrom(...VISIBLE),
  minLength: 1,
  maxLength: 60,
});

/** The token that the service mints next. */
let handedOut: unknown = '';
let service: Service;
let env: Readonly<Record<string, string>>;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstoken-formats-'));
  service = await startService({
    onMint: (response) => sendJson(response, 200, { status: 'done', data: handedOut }),
  });
  env = envFor(service);
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

/** Makes the service mint the given token, runs `mint` in this process, and returns the output. */
async function mint(given: string, ...args: string[]): Promise<string> {
  handedOut = given;
  const { code, out, err } = await run(['mint', ...args], { env });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

describe('S31 a token', () => {
  it.each(HARD)('%s is printed unchanged, as text and in JSON', async (given) => {
    expect(await mint(given)).toBe(`${given}\n`);
    expect(JSON.parse(await mint(given, '--json')).token).toBe(given);
    expect(await mint(given, '-o', 'header')).toBe(`Authorization: Bearer ${given}\n`);
  });

  it.each([[], ['-o', 'header'], ['-o', 'env'], ['-o', 'curl'], ['-o', 'dotenv']])(
    'with every allowed character is printed unchanged by a process (%s %s)',
    async (...args) => {
      const expected = await mint(args[1] === 'dotenv' ? WITHOUT_QUOTE : VISIBLE, ...args);
      const { code, out, err } = await runBinary(['mint', ...args], { env });
      expect({ code, out, err }).toEqual({ code: 0, out: expected, err: '' });
    },
  );

  it.each(['bash', 'dash', 'zsh'] as const)(
    'survives eval in %s',
    needs('dash', 'zsh'),
    async (shell) => {
      const command = 'vstoken mint -o env --name T';
      for (const given of HARD) {
        const stdin = await mint(given, ...command.split(' ').slice(2));
        // For one token, the script starts the program. For the other tokens, `cat` prints the output of the `mint` above, which
        // is faster.
        const print = given === VISIBLE ? command : 'cat';
        const script = `eval "$(${print})"\nprintf %s "$T"; sh -c 'printf %s "$T"'`;
        const { code, out, err } = await startShell(shell, script, { env, stdin }).done;
        expect({ code, out, err }).toEqual({ code: 0, out: `${given}${given}`, err: '' });
      }
    },
  );

  it.each(['bash', 'dash', 'zsh'] as const)(
    'with random characters survives eval in %s',
    needs('dash', 'zsh'),
    async (shell) => {
      const batch = fc.array(token, { minLength: 100, maxLength: 100 });
      const holds = async (tokens: readonly string[]) => {
        const lines = tokens.map((each) => formatToken(each, 'env', 'T'));
        const script = lines.map((line) => `${line}printf '%s\\n' "$T"`).join('\n');
        const { out } = await startShell(shell, script).done;
        expect(out.split('\n').slice(0, -1)).toEqual(tokens);
      };
      await fc.assert(fc.asyncProperty(batch, holds), { numRuns: 3 });
    },
  );

  it.each(HARD_IN_DOTENV)('%s survives dotenv in node, and `source` in bash', async (given) => {
    const path = join(folder, 'token.env');
    const line = await mint(given, '-o', 'dotenv');
    expect(line).toMatch(/^VOCALSTACK_AUTH_TOKEN=[^\n]*\n$/);
    const text = `BEFORE=1\n${line}AFTER=2\n`;
    writeFileSync(path, text);
    // `node --env-file` parses a file with the same function, `parseEnv`.
    expect(parseEnv(text)).toEqual({ BEFORE: '1', VOCALSTACK_AUTH_TOKEN: given, AFTER: '2' });
    const source = `set -a; . '${path}'; printf %s "$VOCALSTACK_AUTH_TOKEN$AFTER"`;
    const { out, err } = await startShell('bash', source).done;
    expect({ out, err }).toEqual({ out: `${given}2`, err: '' });
  });

  it('survives node --env-file', async () => {
    const path = join(folder, 'tokens.env');
    const lines: string[] = [];
    for (const [index, given] of HARD_IN_DOTENV.entries()) {
      lines.push(await mint(given, '-o', 'dotenv', '--name', `TOKEN_${index}`));
    }
    writeFileSync(path, `BEFORE=1\n${lines.join('')}AFTER=2\n`);
    const print = `console.log(JSON.stringify(
      Object.entries(process.env).filter(([name]) => name.startsWith('TOKEN_'))))`;
    const { out } = await start(process.execPath, [`--env-file=${path}`, '-e', print]).done;
    const expected = HARD_IN_DOTENV.map((given, index) => [`TOKEN_${index}`, given]);
    expect(Object.fromEntries(JSON.parse(out))).toEqual(Object.fromEntries(expected));
  });

  it.each(["it's", "'", VISIBLE])(
    '%s is rejected for dotenv, without quoting it',
    async (given) => {
      handedOut = given;
      const result = await run(['mint', '-o', 'dotenv'], { env });
      expect(result).toMatchObject({ code: 2, out: '' });
      expect(result.err).toContain('code:  invalid_value');
      if (given.length > 1) expect(result.err).not.toContain(given);
    },
  );

  it('is sent unchanged by curl', needs('curl'), async () => {
    const seen: (string | undefined)[] = [];
    const echo = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const url = `http://127.0.0.1:${await listen(echo)}/`;
    const ways = [
      ['curl', '--config -'],
      ['header', '-H @-'],
    ] as const;
    for (const given of HARD) {
      for (const [format, option] of ways) {
        const stdin = await mint(given, '-o', format);
        const print = given === VISIBLE ? `vstoken mint -o ${format}` : 'cat';
        const way = `set -o pipefail; ${print} | curl -sS ${option} ${url}`;
        const { code, err } = await startShell('bash', way, { env, stdin }).done;
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(seen.pop()).toBe(`Bearer ${given}`);
      }
    }
    await new Promise((resolve) => echo.close(resolve));
  });

  it('reaches test through a pipe from mint', async () => {
    const tokens: string[] = [];
    const own = await startService({
      token: VISIBLE,
      onHello: ({ send, authorization }) => {
        tokens.push(authorization);
        send({ session: 'session-1' });
      },
    });
    const script = 'vstoken mint | vstoken test --mode connect --token-stdin';
    const { code } = await startShell('bash', script, { env: envFor(own) }).done;
    const variable = { ...envFor(own), VOCALSTACK_AUTH_TOKEN: VISIBLE };
    const used = await runBinary(['test', '--mode', 'connect', '--use-token'], { env: variable });
    expect([code, used.code]).toEqual([0, 0]);
    expect(tokens).toEqual([`Bearer ${VISIBLE}`, `Bearer ${VISIBLE}`]);
    await own.close();
  });
});

describe('S31 a text that cannot be a token', () => {
  it.each([
    ['of no character', ''],
    ['of 4097 characters', 'secret'.repeat(683).slice(0, 4097)],
    ['with a space', 'secret part'],
    ['with a line break', 'secret\npart'],
    ['with a carriage return', 'secret\rpart'],
    ['with NUL', 'secret\0part'],
    ['with an escape', 'secret\u001b[31mpart'],
    ['with a letter beyond ASCII', 'secr\u00e9tpart'],
    ['that is a number', 12345678],
    ['that is a list', ['secretpart']],
  ])('%s is rejected, without quoting it', async (_, given) => {
    for (const args of [['mint'], ['mint', '-o', 'env'], ['mint', '--json'], ['test', '--json']]) {
      handedOut = given;
      const result = await run(args, { env });
      expect(result.code).toBe(7);
      expect(result.err).toContain('invalid_response');
      if (args.includes('--json')) expect(errorIn(result).exit).toBe(7);
      if (args[0] === 'mint') expect(result.out).toBe('');
      expect(result.out + result.err).not.toMatch(/secr|part|12345678/);
    }
  });
});
