import { beforeAll, describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../src/context/http';
import type { Program } from '../../src/context/program';
import { CliError } from '../../src/core/errors';
import { type FakeClock, fakeClock } from '../../src/system/clock';
import { type RunOptions, type RunResult, run } from '../support/run';

const KEY = 'service-key-1';
const ENV = { VOCALSTACK_API_SERVER: 'http://127.0.0.1:1', VOCALSTACK_API_KEY: KEY };
const LINE = 'exec --file --refresh --no-one-time --lifetime 30s';

const answer = (status: number, body: unknown, headers = {}): HttpResponse => ({
  status,
  headers: { 'x-api-version': '1.1.0', ...headers },
  body: JSON.stringify(body),
});
const refused = () => new CliError('connection_refused', 'Nothing listens there.');

interface Started {
  readonly clock: FakeClock;
  readonly program: Program;
  /** All contents that the token file has had since the start, oldest first. */
  readonly file: readonly string[];
  requests(): number;
  err(): string;
  /**
   * Advances the fake clock by `ms` milliseconds. Then waits until the program has handled the timers that were due in this time.
   */
  pass(ms: number): Promise<void>;
  end(): Promise<RunResult>;
}

interface Setting extends RunOptions {
  readonly clock?: FakeClock;
  /**
   * Answers a request. The first request has the number 1. If `reply` is missing or returns undefined, the server mints a token.
   */
  readonly reply?: (
    request: number,
    signal: AbortSignal,
  ) => HttpResponse | Promise<HttpResponse> | undefined;
  /** Whether writing the token file fails at this moment. */
  readonly isUnwritable?: () => boolean;
}

const turns = async () => {
  for (let count = 0; count < 50; count += 1) await new Promise((done) => setImmediate(done));
};

/** Starts `exec` with a command that runs until the test ends it. */
async function start(options: string, setting: Setting = {}): Promise<Started> {
  const { clock = fakeClock(), reply, isUnwritable, ...more } = setting;
  const file: string[] = [];
  let requests = 0;
  let err = '';
  let exit: (code: number) => void = () => undefined;
  const started = new Promise<Program>((resolve, reject) => {
    const running = run(`${LINE} ${options} -- command`, {
      env: ENV,
      clock,
      onStderr: (text) => {
        err += text;
      },
      ...more,
      network: (real) => ({
        ...real,
        http: {
          ...real.http,
          async send({ signal }) {
            signal.throwIfAborted();
            requests += 1;
            const own = await reply?.(requests, signal);
            return own ?? answer(200, { status: 'done', data: `token-number-${requests}` });
          },
        },
      }),
      context: (built) => ({
        ...built,
        async runProgram(program) {
          const ended = new AbortController();
          file.push(program.file?.content.reveal() ?? '');
          const refreshing = program.file?.keepFresh?.((content) => {
            if (isUnwritable?.()) throw new CliError('output_unwritable', 'The disk is full.');
            file.push(content.reveal());
          }, ended.signal);
          resolve(program);
          const code = await new Promise<number>((done) => {
            exit = done;
          });
          ended.abort();
          await refreshing;
          return code;
        },
      }),
    });
    done = running;
    running.then((result) => reject(new Error(`It did not start: ${result.err}`)), reject);
  });
  const program = await started;
  return {
    clock,
    program,
    file,
    requests: () => requests,
    err: () => err,
    async pass(ms) {
      await clock.advance(ms);
      await turns();
    },
    async end() {
      exit(7);
      return done as Promise<RunResult>;
    },
  };
}
let done: Promise<RunResult> | undefined;

// Loads the modules before the tests. A test does not wait for modules that are still loading, so it could advance the fake clock
// too early.
beforeAll(async () => {
  const modules = [
    import('../../src/api/answers'),
    import('../../src/api/versions'),
    import('../../src/commands/exec/refresh'),
    import('../../src/core/create-withhold'),
    import('../../src/credentials/given-key'),
  ];
  await Promise.all(modules);
});

describe('S77 the refresh of the token file', () => {
  it('gets a new token at two thirds of each lifetime', async () => {
    const command = await start('');
    await command.pass(19_999);
    expect(command.file).toEqual(['token-number-1']);
    await command.pass(1);
    expect(command.file).toEqual(['token-number-1', 'token-number-2']);
    await command.pass(19_999);
    expect(command.file).toHaveLength(2);
    await command.pass(1);
    expect(command.file).toHaveLength(3);
    for (let count = 0; count < 24; count += 1) await command.pass(20_000);
    expect(command.file).toHaveLength(27);
    expect(await command.end()).toMatchObject({ code: 7, out: '', err: '' });
  });

  it('counts the lifetime from before the request, however long that takes', async () => {
    const clock = fakeClock();
    const command = await start('', {
      clock,
      async reply(request) {
        if (request === 1) await clock.advance(8000);
        return undefined as never;
      },
    });
    await command.pass(11_999);
    expect(command.file).toHaveLength(1);
    await command.pass(1);
    expect(command.file).toHaveLength(2);
    await command.end();
  });

  it('gets a new token at once after a suspension, and in time if the clock is set back', async () => {
    const command = await start('');
    await command.pass(2000);
    command.clock.jump(3_600_000);
    await command.pass(1000);
    expect(command.file).toHaveLength(2);
    command.clock.jump(-7_200_000);
    await command.pass(19_000);
    expect(command.file).toHaveLength(2);
    await command.pass(1000);
    expect(command.file).toHaveLength(3);
    await command.end();
  });

  it('keeps the old token while minting fails, with one warning, and a note when it works again', async () => {
    const command = await start('', {
      reply(request) {
        if (request > 1 && request < 7) throw refused();
        return undefined;
      },
    });
    await command.pass(20_000);
    expect(command.err()).toBe(
      'warning: Could not refresh the token: Nothing listens there. The token in the file expires in 10 s. Next attempt in 1 s.\n',
    );
    // The delays are 1, 2, 4 and 8 s. Jitter shortens each by a quarter, because `random` returns 0.5 in tests.
    for (const [index, ms] of [750, 1500, 3000, 6000].entries()) {
      await command.pass(ms - 1);
      expect(command.requests()).toBe(2 + index);
      await command.pass(1);
      expect(command.requests()).toBe(3 + index);
    }
    expect(command.file).toEqual(['token-number-1']);
    await command.pass(12_000);
    expect(command.file).toEqual(['token-number-1', 'token-number-7']);
    expect(command.err().split('\n').slice(1)).toEqual([
      'note: The token in the file was refreshed.',
      '',
    ]);
    await command.pass(20_000);
    expect(command.file).toHaveLength(3);
    expect((await command.end()).code).toBe(7);
  });

  it('is retried after at most one minute, or after a Retry-After of at most 15 minutes', async () => {
    const wait = { value: 90 };
    const command = await start('--timeout 10s', {
      reply: (request) =>
        request > 1
          ? answer(429, { status: 'error' }, { 'retry-after': String(wait.value) })
          : undefined,
    });
    await command.pass(20_000);
    expect(command.requests()).toBe(2);
    await command.pass(89_999);
    expect(command.requests()).toBe(2);
    wait.value = 86_400;
    await command.pass(1);
    expect(command.requests()).toBe(3);
    await command.pass(15 * 60_000 - 1);
    expect(command.requests()).toBe(3);
    await command.pass(1);
    expect(command.requests()).toBe(4);
    await command.end();

    const down = await start('', {
      reply(request) {
        if (request > 1) throw refused();
        return undefined;
      },
    });
    await down.pass(3_600_000);
    const before = down.requests();
    await down.pass(60_000 * 0.75);
    expect(down.requests()).toBe(before + 1);
    await down.end();
  });

  it('causes another warning if minting fails in another way', async () => {
    const command = await start('', {
      reply(request) {
        if (request > 4) return answer(401, { status: 'error' });
        if (request > 1) throw refused();
        return undefined;
      },
    });
    await command.pass(20_000 + 750 + 1500 + 3000);
    const [first = '', second = '', ...rest] = command
      .err()
      .trim()
      .split(/\n(?=warning)/);
    expect(first).toContain('Nothing listens there.');
    expect(second).toMatch(/does not accept the API key\. The token in the file expires in 4 s/);
    expect(rest).toEqual([]);
    expect((await command.end()).code).toBe(7);
  });

  it('causes warnings with --quiet, but no notes', async () => {
    const command = await start('--quiet', {
      reply(request) {
        if (request === 2) throw refused();
        return undefined;
      },
    });
    await command.pass(21_000);
    expect(command.file).toHaveLength(2);
    expect(command.err()).toMatch(/^warning: [^\n]*\n$/);
    await command.end();
  });

  it('waits for an answer no longer than --timeout', async () => {
    const command = await start('--timeout 5s', {
      reply: (request, signal) =>
        request === 2
          ? new Promise((_, reject) =>
              signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
            )
          : undefined,
    });
    await command.pass(20_000);
    await command.pass(5000);
    expect(command.err()).toContain('Not finished after 5 s.');
    await command.pass(1000);
    expect(command.file).toEqual(['token-number-1', 'token-number-3']);
    await command.end();
  });

  it('writes the file again after a failed write', async () => {
    const disk = { isFull: true };
    const command = await start('', { isUnwritable: () => disk.isFull });
    await command.pass(20_000);
    expect(command.err()).toContain('The disk is full.');
    disk.isFull = false;
    await command.pass(1000);
    expect(command.file).toEqual(['token-number-1', 'token-number-3']);
    await command.end();
  });

  it('writes nothing after the command has ended, even if a request is still running', async () => {
    let arrive: (response: HttpResponse) => void = () => undefined;
    const command = await start('', {
      reply: (request) =>
        request === 2
          ? new Promise((resolve) => {
              arrive = resolve;
            })
          : undefined,
    });
    await command.pass(20_000);
    expect(command.requests()).toBe(2);
    const end = command.end();
    await turns();
    arrive(answer(200, { status: 'done', data: 'token-too-late' }));
    expect(await end).toMatchObject({ code: 7, err: '' });
    expect(command.file).toEqual(['token-number-1']);
    expect(command.clock.waiting()).toEqual([]);
  });

  it('aborts a mint that runs when the command ends', async () => {
    let request: AbortSignal | undefined;
    const command = await start('', {
      reply(count, signal) {
        if (count < 2) return undefined;
        request = signal;
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
    });
    await command.pass(20_000);
    expect(request?.aborted).toBe(false);
    const end = command.end();
    await turns();
    expect(request?.aborted).toBe(true);
    expect(await end).toMatchObject({ code: 7, err: '' });
  });

  it('continues after Ctrl-C as long as the command runs', async () => {
    const controller = new AbortController();
    const command = await start('', { signal: controller.signal });
    controller.abort(new CliError('interrupted', 'Interrupted.'));
    await command.pass(20_000);
    expect(command.file).toHaveLength(2);
    expect((await command.end()).code).toBe(7);
  });
});

describe('S26 the command of exec --refresh', () => {
  it('gets the path of the file, but no token, no key and no expiry', async () => {
    const stale = { VOCALSTACK_AUTH_TOKEN_EXPIRES_AT: 'stale', VOCALSTACK_AUTH_TOKEN: 'stale' };
    const { program, end } = await start('', { env: { ...ENV, ...stale } });
    expect(program.env).toEqual({
      VOCALSTACK_API_SERVER: ENV.VOCALSTACK_API_SERVER,
      VOCALSTACK_AUTH_TOKEN_ACCESS: 'readonly',
    });
    expect(program.file?.variable).toBe('VOCALSTACK_AUTH_TOKEN_FILE');
    await end();
  });
});

describe('exec --refresh', () => {
  it.each([
    [
      '--refresh --no-one-time',
      '--refresh needs --file: a variable of a running command',
      '--refresh --no-o',
    ],
    [
      '--refresh',
      '--refresh needs --file: a variable of a running command',
      '--file --refresh --no-one-time',
    ],
    ['--refresh --file --one-time', '--refresh needs --no-one-time', '--no-one-time'],
    ['--refresh --file', '--refresh needs --no-one-time', '--no-one-time'],
  ])('rejects %s, names what is missing, and mints nothing', async (options, message, hint) => {
    const nothing = () => Promise.reject(new Error('sent'));
    const network: RunOptions['network'] = (real) => ({
      ...real,
      http: { ...real.http, send: nothing },
    });
    const result = await run(`exec --json ${options} -- command`, { env: ENV, network });
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.error().code).toBe('conflicting_options');
    expect(result.error().message).toContain(message);
    expect(result.error().hint).toContain(hint);
  });
});
