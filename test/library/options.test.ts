import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createClient,
  createTokenHandler,
  formatLogLine,
  mintToken,
  TokenError,
  testToken,
  toNodeListener,
} from '../../src/index';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index';
import { startService } from '../e2e/support/service';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Returns the code and message of the error for options that TypeScript would not allow. */
async function saidOf(task: (options: never) => unknown, options: unknown): Promise<string> {
  try {
    await task(options as never);
  } catch (error) {
    if (error instanceof TokenError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing';
}

const key = { apiKey: 'a-key' };
const handler = { ...key, authenticate: () => true };
const reading = { token: 'a-token', mode: 'read' };

describe('an option of a wrong type', () => {
  it.each<[string, (options: never) => unknown, object, string]>([
    ['mintToken', mintToken, { apiKey: 5 }, 'apiKey'],
    ['mintToken', mintToken, { apiKey: new URL('https://a.example') }, 'apiKey'],
    ['mintToken', mintToken, { ...key, apiServer: 5 }, 'apiServer'],
    ['mintToken', mintToken, { ...key, apiServer: {} }, 'apiServer'],
    ['mintToken', mintToken, { ...key, apiServer: null }, 'apiServer'],
    ['mintToken', mintToken, { ...key, access: 5 }, 'access'],
    ['mintToken', mintToken, { ...key, lifetimeS: '5' }, 'lifetimeS'],
    ['mintToken', mintToken, { ...key, oneTime: 1 }, 'oneTime'],
    ['mintToken', mintToken, { ...key, timeoutMs: '5' }, 'timeoutMs'],
    ['mintToken', mintToken, { ...key, signal: 5 }, 'signal'],
    ['mintToken', mintToken, { ...key, signal: new AbortController() }, 'signal'],
    ['testToken', testToken, { ...reading, token: 5 }, 'token'],
    ['testToken', testToken, { ...reading, mode: 5 }, 'mode'],
    ['testToken', testToken, { ...reading, apiServer: 5 }, 'apiServer'],
    ['testToken', testToken, { ...reading, url: 'https://a.example/a.wav' }, 'url'],
    ['testToken', testToken, { ...reading, mode: 'transcribe', url: 5 }, 'url'],
    [
      'testToken',
      testToken,
      { ...reading, mode: 'transcribe', url: 'https://a.example/a.wav', language: ['en'] },
      'language',
    ],
    ['createClient', createClient, { ...key, maxRetries: -1 }, 'maxRetries'],
    ['createClient', createClient, { ...key, maxRetries: '1' }, 'maxRetries'],
    ['createClient', createClient, { ...key, log: console }, 'log'],
    ['createClient', createClient, { ...key, timeoutMs: 0 }, 'timeoutMs'],
    ['createTokenHandler', createTokenHandler, { ...handler, log: 'x' }, 'log'],
    ['createTokenHandler', createTokenHandler, { ...handler, onError: 1 }, 'onError'],
    ['createTokenHandler', createTokenHandler, { ...handler, allowOrigins: 'x' }, 'allowOrigins'],
    ['createTokenHandler', createTokenHandler, { ...handler, allowOrigins: [5] }, 'allowOrigins'],
    [
      'createTokenHandler',
      createTokenHandler,
      { ...handler, allowCredentials: 'yes' },
      'allowCredentials',
    ],
    ['createTokenHandler', createTokenHandler, { ...handler, apiServer: 5 }, 'apiServer'],
    ['createTokenHandler', createTokenHandler, { ...handler, mint: async () => {} }, 'apiKey'],
    ['startSandbox', startSandbox, { port: '80' }, 'port'],
    ['startSandbox', startSandbox, { port: -1 }, 'port'],
    ['startSandbox', startSandbox, { apiKey: 5 }, 'apiKey'],
    ['startSandbox', startSandbox, { latencyMs: -1 }, 'latencyMs'],
    ['startSandbox', startSandbox, { latencyMs: '5' }, 'latencyMs'],
    ['startSandbox', startSandbox, { paceMs: Number.NaN }, 'paceMs'],
    ['startSandbox', startSandbox, { faults: 'mint:503' }, 'faults'],
    ['startSandbox', startSandbox, { faults: [503] }, 'faults'],
    ['startSandbox', startSandbox, { allowOrigins: 'http://a.example' }, 'allowOrigins'],
    ['startSandbox', startSandbox, { allowPrivateAudio: 'no' }, 'allowPrivateAudio'],
    ['startSandbox', startSandbox, { random: 5 }, 'random'],
    ['startSandbox', startSandbox, { clock: Date }, 'clock'],
    ['startSandbox', startSandbox, { log: 'x' }, 'log'],
  ])('is named in the error of %s, case %#', async (_, task, options, name) => {
    const said = await saidOf(task, options);
    expect(said).toMatch(/^invalid_value: /);
    expect(said).toContain(`The option ${name} `);
  });

  it.each([mintToken, testToken, createClient, createTokenHandler])(
    'is reported without a TypeError, also if it is the options object itself',
    async (task) => {
      for (const options of [undefined, null, 5, 'text', []]) {
        expect(await saidOf(task, options)).toMatch(/^invalid_value: The options of /);
      }
    },
  );

  it('startSandbox rejects options that are not an object', async () => {
    expect(await saidOf(startSandbox, null)).toMatch(/^invalid_value: The options of /);
    expect(await saidOf(startSandbox, 'mint:503')).toMatch(/^invalid_value: The options of /);
  });
});

it.each([undefined, null, 5, 'a line', {}, { method: 'POST' }, { method: 'POST', label: 5 }])(
  'formatLogLine rejects %j',
  async (entry) => {
    expect(await saidOf(formatLogLine, entry)).toMatch(
      /^invalid_value: formatLogLine must be called with an /,
    );
  },
);

it('toNodeListener accepts only a handler and a log function', async () => {
  expect(await saidOf(toNodeListener, 5)).toBe(
    'invalid_value: toNodeListener must be called with a handler.',
  );
  const withLog = (log: never) => toNodeListener(createTokenHandler(handler), log);
  for (const log of [null, 5, console, 'text']) {
    expect(await saidOf(withLog, log)).toBe(
      'invalid_value: The log of toNodeListener must be a function.',
    );
  }
});

describe('a misspelt option', () => {
  it.each<[(options: never) => unknown, object, string, string]>([
    [mintToken, { ...key, lifetime: 5 }, 'lifetime', 'lifetimeS'],
    [mintToken, { ...key, timeoutMS: 5 }, 'timeoutMS', 'timeoutMs'],
    [testToken, { ...reading, apiserver: 'x' }, 'apiserver', 'apiServer'],
    [createClient, { apikey: 'x' }, 'apikey', 'apiKey'],
    [createClient, { ...key, maxRetrys: 1 }, 'maxRetrys', 'maxRetries'],
    [createTokenHandler, { ...handler, allowOrigin: [] }, 'allowOrigin', 'allowOrigins'],
    [startSandbox, { latency: 5 }, 'latency', 'latencyMs'],
    [startSandbox, { fault: [] }, 'fault', 'faults'],
  ])('gets the most similar name as a hint: %#', async (task, options, name, near) => {
    const said = await saidOf(task, options);
    expect(said).toMatch(/^invalid_value: /);
    expect(said).toContain(`has no option ${name}. Did you mean ${near}?`);
  });

  it('of another function is reported', async () => {
    expect(await saidOf(testToken, { ...reading, ...key })).toBe(
      'invalid_value: testToken has no option apiKey.',
    );
  });

  it('of createClient is reported as such', async () => {
    expect(await saidOf(mintToken, { ...key, maxRetries: 0 })).toBe(
      'invalid_value: mintToken has no option maxRetries. Pass maxRetries to createClient: it applies to all calls of the client.',
    );
  });

  it('is not mentioned in an error of fail(), which has no options', async () => {
    const own = await startSandbox();
    const wrong = ['mint:503'] as unknown as string;
    expect(await saidOf((fault: string) => own.fail(fault), wrong)).toMatch(
      /^invalid_value: fail takes each fault as a text/,
    );
    await own.close();
  });

  it('S23 without a similar name is not quoted, and the valid names are listed', async () => {
    const said = await saidOf(mintToken, { ...key, 'canary-0123456789-secret': true });
    expect(said).not.toContain('canary');
    expect(said).toContain('Its options are: apiKey, apiServer, access,');
  });

  it('is ignored if its value is undefined', async () => {
    const options = { ...key, apiServer: sandbox.url, somethingElse: undefined };
    expect(await saidOf(mintToken, options)).toMatch(/^key_refused: /);
  });
});

it('the library accepts a URL object for the server and the audio, even from another realm', async () => {
  const apiServer = new URL(sandbox.url);
  const { token } = await mintToken({ apiKey: sandbox.apiKey, apiServer, access: 'readwrite' });
  const url = new URL(`${sandbox.url}/sandbox/clip.wav`);
  const foreign = { href: apiServer.href } as URL;
  const result = await testToken({ token, mode: 'transcribe', url, apiServer: foreign });
  expect(result).toMatchObject({ mode: 'transcribe', text: expect.stringMatching(/^A token/) });
});

it('startSandbox treats each option that is undefined like a missing option', async () => {
  const all: Record<keyof SandboxOptions, undefined> = {
    port: undefined,
    apiKey: undefined,
    allowOrigins: undefined,
    allowPrivateAudio: undefined,
    latencyMs: undefined,
    faults: undefined,
    paceMs: undefined,
    random: undefined,
    clock: undefined,
    log: undefined,
  };
  const own = await startSandbox(all);
  expect((await mintToken({ apiKey: own.apiKey, apiServer: own.url })).oneTime).toBe(true);
  await own.close();
});

describe('one signal for 200 calls', () => {
  it('has one listener, and none when the calls have ended', async () => {
    const silent = await startService({ onMint: () => undefined });
    const { signal, controller, listeners } = countedSignal();
    const options = { ...key, apiServer: silent.url, signal };
    const warnings: unknown[] = [];
    const warn = (warning: unknown) => warnings.push(warning);
    process.on('warning', warn);
    const calls = Array.from({ length: 200 }, () => mintToken(options));
    const reason = new Error('enough');
    const ends = Promise.allSettled(calls);
    await silent.until(() => silent.counts.mints === 200);
    expect(listeners()).toBe(1);
    controller.abort(reason);
    const reasons = (await ends).map((end) => (end.status === 'rejected' ? end.reason : null));
    expect(new Set(reasons)).toEqual(new Set([reason]));
    await silent.close();
    const again = countedSignal();
    await mintToken({ apiKey: sandbox.apiKey, apiServer: sandbox.url, signal: again.signal });
    expect(again.listeners()).toBe(0);
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });
});

function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    count += 1;
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    count -= 1;
    remove(...given);
  };
  return { controller, signal, listeners: () => count };
}
