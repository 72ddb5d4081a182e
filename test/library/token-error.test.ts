import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index';
import { ERROR_CODES } from '../../src/core/error-codes';
import { CliError } from '../../src/core/errors';
import { safeCause } from '../../src/core/safe-cause';
import { secret } from '../../src/core/secret';
import { createSecretRegister } from '../../src/core/secret-register';
import { toTokenError } from '../../src/core/token-error';
import { SHARED_CODES } from '../../src/core/token-hints';
import {
  createClient,
  createTokenHandler,
  isTokenError,
  mintToken,
  TokenError,
  testToken,
} from '../../src/index';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { closedPort } from '../support/fault-server';
import { codesIn, hintsIn, importedFrom } from '../support/imported-source';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const CANARY = 'canary-key-0123456789';

/** Returns the TokenError that a function throws or rejects with. */
async function thrownBy(task: () => unknown): Promise<TokenError> {
  try {
    await task();
  } catch (error) {
    if (error instanceof TokenError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The names of all commands. COMMAND_LINE matches texts that name a command, an option or an environment variable of vstoken. */
const NAMES = COMMANDS.map(({ name }) => name).join('|');
const COMMAND_LINE = new RegExp(`\\bvstoken (${NAMES})|(^|[\\s(])--[a-z]|\\bVOCALSTACK_`);

describe('TokenError', () => {
  const wrongKey = { apiKey: 'two words' };
  it.each<[string, () => unknown]>([
    ['mintToken', () => mintToken(wrongKey)],
    ['testToken', () => testToken({ token: '', mode: 'read' })],
    ['createClient', () => createClient(wrongKey)],
    ['createTokenHandler', () => createTokenHandler({ ...wrongKey, authenticate: () => true })],
    ['startSandbox', () => startSandbox(wrongKey)],
    ['mintToken, refused', () => mintToken({ apiKey: CANARY, apiServer: sandbox.url })],
  ])('is thrown by %s, with its class, name and stack', async (_, task) => {
    const error = await thrownBy(task);
    expect(error.name).toBe('TokenError');
    expect(error.stack).toMatch(/^TokenError: /);
    expect(inspect(error)).toMatch(/^TokenError: /);
    expect(error).toBeInstanceOf(Error);
    expect(['code', 'hint', 'httpStatus']).toEqual(expect.arrayContaining(Object.keys(error)));
    expect(Object.values(error)).not.toContain(undefined);
  });

  it('has the caller in its stack', async () => {
    async function callerOfMint() {
      await mintToken({ apiKey: 'wrong', apiServer: sandbox.url });
    }
    expect((await thrownBy(callerOfMint)).stack).toMatch(/at (async )?callerOfMint/);
  });

  it('has its code, message and hint as JSON', async () => {
    const error = await thrownBy(() => mintToken({ apiKey: '' }));
    expect(JSON.parse(JSON.stringify({ error }))).toEqual({
      error: {
        code: 'key_empty',
        message: 'The option apiKey is empty.',
        hint: expect.stringContaining('environment'),
      },
    });
  });

  it('is recognised if another copy of the package threw it', () => {
    const other: unknown = runInNewContext(`
      class TokenError extends Error {}
      Object.defineProperty(TokenError.prototype, Symbol.for('vocalstack-token.TokenError'), { value: true });
      new TokenError('of another realm')`);
    expect(isTokenError(other)).toBe(true);
    expect(other instanceof TokenError).toBe(true);
    class Further extends TokenError {}
    expect(other instanceof Further).toBe(false);
    expect(new Further('timeout', 'x') instanceof TokenError).toBe(true);
    expect(new CliError('timeout', 'x') instanceof TokenError).toBe(false);
  });

  it('is passed to onError by a token handler, from this copy of the package or another', async () => {
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const authenticate = () => true;
    const ask = async (handle: (request: Request) => Promise<Response>) => {
      const response = await handle(new Request('https://app.example.com/token'));
      return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
    };
    const around = { authenticate, onError };
    const server = { apiKey: CANARY, apiServer: sandbox.url };
    expect(await ask(createTokenHandler({ ...around, ...server }))).toEqual([502, 'key_refused']);
    const foreign = Object.assign(Object.create(TokenError.prototype), {
      code: 'timeout',
      message: 'of another copy',
    });
    const mint = () => Promise.reject(foreign);
    expect(await ask(createTokenHandler({ ...around, mint }))).toEqual([502, 'timeout']);
    expect(errors[0]).toMatchObject({ name: 'TokenError', code: 'key_refused' });
    expect(errors[1]).toBe(foreign);
    expect(inspect(errors, { depth: 9, showHidden: true })).not.toContain(CANARY);
  });

  it('does not replace the reason of a signal', async () => {
    const reason = new CliError('timeout', 'of the caller');
    const options = { apiKey: CANARY, apiServer: sandbox.url, signal: AbortSignal.abort(reason) };
    await expect(mintToken(options)).rejects.toBe(reason);
  });
});

describe('the codes of TokenError', () => {
  it('are exactly those that the code of the package can throw', () => {
    const reached = importedFrom(['index', 'sandbox/index']);
    // These modules are left out, because they also contain codes that only commands throw.
    const foreign = [
      'core/race-abort',
      'core/key-source',
      'core/stored-config',
      'core/error-codes',
    ];
    const found = codesIn(
      reached.filter((path) => ![...foreign, 'core/token-hints'].includes(path)),
      ERROR_CODES,
    );
    expect([...found].sort()).toEqual([...SHARED_CODES].sort());
  });

  it('have hints without a command line, whatever the cause', () => {
    for (const code of SHARED_CODES) {
      const { hint = '' } = toTokenError(new CliError(code, 'x'));
      expect(hint).not.toMatch(COMMAND_LINE);
    }
  });

  it('keep a hint of the command line only if it has no command', () => {
    const hint = 'See: vstoken doctor --offline';
    const kept = SHARED_CODES.filter(
      (code) => toTokenError(new CliError(code, 'x', { hint })).hint === hint,
    );
    expect(kept).toContain('tls_failed');
    expect(kept).not.toContain('connection_refused');
    const hints = importedFrom(['index', 'sandbox/index']).flatMap(hintsIn);
    expect(hints.length).toBeGreaterThan(20);
    const commands = hints.filter(({ hint: text }) => COMMAND_LINE.test(text));
    // Of the hints whose code is in `kept`, only one contains a command: the hint about an unknown fault of the sandbox. For such
    // a fault, callers of the package get another hint, which the next test checks.
    expect(commands.filter(({ code }) => kept.some((each) => each === code))).toEqual([
      { code: 'invalid_value', hint: expect.stringContaining('vstoken sandbox --help') },
    ]);
  });

  it('have another hint for an unknown fault than the command line', async () => {
    for (const fault of ['mint:nonsense', 'promise:nonsense']) {
      const { code, hint = '' } = await thrownBy(() => startSandbox({ faults: [fault] }));
      expect(code).toBe('invalid_value');
      expect(hint).toMatch(/FAULTS|one-time/);
      expect(hint).not.toMatch(COMMAND_LINE);
    }
  });
});

describe('the cause of a TokenError', () => {
  const withhold = async (...secrets: string[]) => {
    const register = createSecretRegister({});
    for (const value of secrets) register.add(secret(value));
    return register.load();
  };

  it('has the codes of Node.js for network errors', async () => {
    const port = await closedPort();
    const options = { apiKey: CANARY, apiServer: `http://127.0.0.1:${port}` };
    const { code, cause } = await thrownBy(() => mintToken(options));
    expect(code).toBe('connection_refused');
    expect(cause).toBeInstanceOf(Error);
    expect(cause).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect', port });
  });

  it('S22 contains no secret in any text, member or stack', async () => {
    const inner = Object.assign(new TypeError(`"${CANARY}" is an invalid header value`), {
      code: 'ERR_INVALID_CHAR',
      input: CANARY,
      address: CANARY,
    });
    inner.stack += `\n    at ${CANARY} (file:///x.js:1:1)`;
    const json = new SyntaxError(`Unexpected token, "${CANARY.slice(0, 9)}" is not valid JSON`);
    const outer = new Error('outer', { cause: new AggregateError([inner, json], CANARY) });
    const cause = safeCause(
      new CliError('internal_error', 'x', { cause: outer }),
      await withhold(CANARY),
    );
    const shown = inspect(cause, { depth: 9, showHidden: true });
    expect(shown).toContain('ERR_INVALID_CHAR');
    expect(shown).toContain('TypeError: (withheld');
    expect(shown).not.toContain(CANARY.slice(0, 9));
  });

  it('keeps the stack frames of the copied error without its text', async () => {
    function whereItFailed() {
      return new Error('first\n    at second (x.js:1:1)');
    }
    const copy = safeCause(whereItFailed(), await withhold(CANARY));
    expect(copy?.stack).toMatch(
      /^Error: first\n {4}at second \(x\.js:1:1\)\n {4}at whereItFailed /,
    );
  });

  it('stops at a circular cause', async () => {
    const error: Error = new Error('round');
    error.cause = error;
    expect(inspect(safeCause(error, await withhold(CANARY)), { depth: 20 })).toContain('round');
    expect(safeCause('a text', await withhold(CANARY))).toBe(undefined);
  });
});
