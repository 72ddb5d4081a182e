// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { startService } from '../e2e/support/service';
import { closedPort } from '../support/fault-server';
import { envFor, type RunOptions, type RunResult, run } from '../support/run';
import { emptyProject, type SdkBehaviour, sdkProject } from '../support/sdk-project';
import { runUntil, type Watch } from '../support/sdk-run';

let sandbox: RunningSandbox;
let audio: Server;
/** The paths that were requested from the audio server. */
const fetched: (string | undefined)[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  audio = createServer(({ url }, response) => {
    fetched.push(url);
    response.end(readFileSync(join(import.meta.dirname, '../../assets/clip.wav')));
  });
  await new Promise<void>((resolve) => audio.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  audio.close();
  await sandbox.close();
});

const service = () => sandbox;

interface TestDocument {
  readonly ok: boolean;
  readonly client?: unknown;
  readonly steps: readonly { readonly name: string; readonly ok: boolean }[];
  readonly transcription: { readonly text: string } | null;
}

/** Runs a command line in a project whose SDK has this behaviour. */
function runWith(
  behaviour: SdkBehaviour,
  line: string | readonly string[],
  options: RunOptions = {},
) {
  const { folder } = sdkProject(behaviour);
  return run(line, { env: envFor(service()), cwd: folder, ...options });
}

/**
 * Runs a command line with --verbose, in a project whose SDK has this behaviour. The clock advances only once: after the output
 * that `watch.shown` matches.
 */
function runUntilWith(
  behaviour: SdkBehaviour,
  line: string,
  watch: Watch,
  options: RunOptions = {},
): Promise<RunResult> {
  const { folder } = sdkProject(behaviour);
  return runUntil(`${line} --verbose`, watch, {
    env: envFor(service()),
    cwd: folder,
    ...options,
  });
}

describe('mint --client sdk', () => {
  it('mints with the SDK and every option, and first says which SDK it uses', async () => {
    const { folder, path } = sdkProject();
    const line = 'mint --client sdk --access readwrite --lifetime 20s --no-one-time --json';
    const { code, json, err } = await run(line, { env: envFor(service()), cwd: folder });
    expect(code).toBe(0);
    const minted = json<{ token: string }>();
    expect(minted).toMatchObject({
      access: 'readwrite',
      lifetime_s: 20,
      one_time: false,
      api_server: service().url,
      client: { name: 'sdk', version: '1.1.0', path },
    });
    expect(err).toBe(`note: SDK: @vocalstack/js-sdk 1.1.0, in ${path}\n`);

    // The token has the requested options. It is reusable, so it can open two sessions.
    const env = { ...envFor(service()), VOCALSTACK_AUTH_TOKEN: minted.token };
    for (const _ of [1, 2]) {
      expect(await run('test --use-token --mode connect', { env })).toMatchObject({ code: 0 });
    }
  });

  it('prints only the token as text', async () => {
    const { code, out } = await runWith({ noisy: true }, 'mint --client sdk');
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^[\w-]{43}\n$/) });
  });

  it.each(['readonly', 'readwrite'])(
    '--prove tests a second %s token through the SDK',
    async (access) => {
      const line = `mint --client sdk --prove --access ${access}`;
      const { code, out, err } = await runWith({}, line);
      expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^[\w-]{43}\n$/) });
      expect(err).toContain('Tested: a second token');
    },
  );

  it('notes the network settings that the built-in client uses and the SDK may ignore', async () => {
    // The fake SDK with `loads: 'throw'` throws an error when it is loaded, so nothing is sent to the server.
    const beyond = {
      VOCALSTACK_API_SERVER: 'https://api.example.com',
      VOCALSTACK_API_KEY: 'a-key',
      HTTPS_PROXY: 'http://127.0.0.1:1',
      SSL_CERT_FILE: '/ca.pem',
    };
    const text = 'The built-in client uses HTTPS_PROXY and SSL_CERT_FILE. The SDK may ignore them';
    const loads = { loads: 'throw' } as const;
    const told = await runWith(loads, 'mint --client sdk', { env: beyond });
    expect(told.err).toContain(`note: ${text}.\n`);
    const env = {
      ...beyond,
      VOCALSTACK_API_SERVER: service().url,
      HTTP_PROXY: 'http://127.0.0.1:1',
    };
    const local = await runWith(loads, 'mint --client sdk', { env });
    expect(local.err).not.toContain('follows');
  });

  it('names the SDK in the command line that --interactive prints', async () => {
    const { folder } = sdkProject();
    const { err } = await run('mint --client sdk --interactive', {
      env: envFor(service()),
      cwd: folder,
      terminal: 'all',
      answers: ['readonly', '10s', true],
    });
    expect(err).toContain('--one-time --client sdk\n');
  });

  it('omits the version if it is not known', async () => {
    const { folder } = sdkProject({}, 'commonjs', '1 \u001b[31m');
    const options = { env: envFor(service()), cwd: folder };
    const { json, err } = await run('mint --client sdk --json', options);
    expect(json()).toMatchObject({ client: { version: null } });
    expect(err).toContain('@vocalstack/js-sdk (unknown version), in /');
  });

  it.each(['module', 'require'] as const)('accepts a package that is only for %s', async (kind) => {
    const { folder } = sdkProject({}, kind);
    const { code, err } = await run('mint --client sdk', { env: envFor(service()), cwd: folder });
    expect({ code, err }).toMatchObject({ code: 0 });
  });
});

describe('test --client sdk', () => {
  it('transcribes with the SDK, in the same steps', async () => {
    const { folder, path } = sdkProject();
    const options = { env: envFor(service()), cwd: folder };
    const { code, json } = await run('test --client sdk --json', options);
    const { steps, client, transcription } = json<TestDocument>();
    expect({ code, client }).toEqual({ code: 0, client: { name: 'sdk', version: '1.1.0', path } });
    const names = ['sdk', 'key', 'mint', 'connect', 'start', 'transcribe', 'expect'];
    expect(steps.map(({ name }) => name)).toEqual(names);
    expect(transcription?.text).toBe(
      'A token is brief, so is this clip, and both are nearly over.',
    );
  });

  it('passes the URL, the language and the maximum duration to the SDK', async () => {
    const { port } = audio.address() as AddressInfo;
    const query = '?signature=a%2Fsigned%20one%20of%20mine&more=%25';
    const url = `http://127.0.0.1:${port}/clip.wav${query}`;
    const line = ['test', url, '--client', 'sdk', '--language', 'de', '--max-duration', '2s'];
    const { code, out, err } = await runWith({}, [...line, '--json', '--verbose']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('"ok":true') });
    expect(fetched).toContain(`/clip.wav${query}`);
    expect(err).toContain('SDK prints: connect {"language":"de","max_duration_s":2}\n');
    expect(err).not.toMatch(/signed/);
  });

  it.each(['mint --client sdk --json', 'test --client sdk --mode read --json'])(
    'S61 shows no version that contains a secret: %s',
    async (line) => {
      const env = envFor(service());
      const { folder, path } = sdkProject({}, 'commonjs', `1.0.0-${env['VOCALSTACK_API_KEY']}`);
      const { code, json } = await run(line, { env, cwd: folder });
      const client = { name: 'sdk', version: '(withheld: it contains a secret)', path };
      expect({ code, client: json()['client'] }).toEqual({ code: 0, client });
    },
  );

  it('S61 shows no error that repeats the key', async () => {
    const key = 'the-key-of-this-test-1';
    const quoting = await startService({
      onStart: ({ send }) => send({ status: 'error', error: `no: ${key}`, data: null }),
    });
    const env = { VOCALSTACK_API_SERVER: quoting.url, VOCALSTACK_API_KEY: key };
    const { error } = await runWith({}, 'test --client sdk --json', { env });
    await quoting.close();
    expect(error()).toMatchObject({
      code: 'transcription_failed',
      message: expect.stringMatching(/The service says: \(withheld: it contains a secret\)$/),
    });
  });

  it('does not start with --mode connect, and reads with --mode read', async () => {
    const connected = await runWith({}, 'test --client sdk --mode connect --json');
    const names = ({ steps }: TestDocument) => steps.map(({ name }) => name);
    expect(connected.code).toBe(0);
    expect(names(connected.json())).toEqual(['sdk', 'key', 'mint', 'connect']);
    const read = await runWith({}, 'test --client sdk --mode read --json');
    expect(read.code).toBe(0);
    expect(names(read.json())).toEqual(['sdk', 'key', 'mint', 'read']);
  });

  it('tests a token from elsewhere', async () => {
    const { out } = await run('mint --access readwrite', { env: envFor(service()) });
    const line = 'test --client sdk --token-stdin --mode connect --json';
    const { code, json } = await runWith({}, line, { stdin: out });
    expect(code).toBe(0);
    expect(json<TestDocument>().steps.map(({ name }) => name)).toEqual(['sdk', 'connect']);
  });

  it('names the SDK in its reports', async () => {
    const { files } = await runWith({}, 'test --client sdk --mode read --report html=/report.html');
    expect(files['/report.html']).toMatch(/1\.1\.0, \/.*\/node_modules\/@vocalstack\/js-sdk/);
  });

  it('has no member client in its document without the SDK', async () => {
    const { json } = await run('test --mode read --json', { env: envFor(service()) });
    expect(json()).not.toHaveProperty('client');
  });
});

describe('if the SDK cannot be used', () => {
  it.each([
    ['mint --client sdk --json', ''],
    ['test --client sdk --json', 'sdk: '],
  ])('%s says how to get it, and does not need a key', async (line, step) => {
    const env = { VOCALSTACK_API_SERVER: service().url };
    const result = await run(line, { env, cwd: emptyProject() });
    expect(result.code).toBe(3);
    expect(result.error()).toEqual({
      code: 'sdk_missing',
      message: `${step}@vocalstack/js-sdk is not installed in the project of this folder, and not in the folder where vstoken is installed.`,
      hint: 'Change to the folder of your application, where the SDK is installed. The public npm registry does not have the package today. To test without the SDK: --client builtin',
      exit: 3,
    });
  });

  it.each([
    ['throw', /Node.js cannot load it/],
    ['exit', /its process ended while the SDK was loading/],
    ['newer', /not a version that this program supports/],
    ['nothing', /not a version that this program supports/],
    ['getter', /threw an error when vstoken read its classes/],
  ] as const)('an SDK that loads with %s is reported as broken', async (loads, message) => {
    const result = await runWith({ loads }, 'mint --client sdk --json');
    expect(result).toMatchObject({ code: 3, out: '' });
    expect(result.error()).toMatchObject({ code: 'sdk_broken', exit: 3 });
    expect(result.error().message).toMatch(message);
    // The output names the SDK. The error of the SDK itself is shown only with --verbose.
    expect(result.err).toMatch(/^note: SDK: @vocalstack\/js-sdk 1\.1\.0, in /);
    expect(result.err).not.toContain('It cannot be loaded.');
  });

  it('an error says that no process could be started, and not that the SDK was found', async () => {
    const { code, error, err } = await runWith({}, 'mint --client sdk --json', {
      node: '/nowhere/node',
    });
    expect({ code, error: error() }).toMatchObject({
      code: 3,
      error: {
        code: 'sdk_broken',
        message:
          'The process for the SDK could not be started, or ended before it looked for the SDK.',
      },
    });
    expect(err).not.toContain('note: SDK');
  });

  it('the document of test names the SDK', async () => {
    const { code, json } = await runWith({ loads: 'throw' }, 'test --client sdk --json');
    expect(code).toBe(3);
    expect(json()).toMatchObject({
      ok: false,
      client: { name: 'sdk', version: '1.1.0' },
      steps: [{ name: 'sdk', ok: false, error: { code: 'sdk_broken' } }],
    });
  });
});

describe('a problem that the SDK does not report', () => {
  const WRONG = { VOCALSTACK_API_KEY: 'a-wrong-key' };
  const withWrongKey = () => ({ env: { ...envFor(service()), ...WRONG } });

  it.each(['throw', 'empty'] as const)(
    'a refused key is reported if the SDK ends with %s',
    async (refusal) => {
      const line = 'mint --client sdk --json';
      const result = await runWith({ refusal }, line, withWrongKey());
      expect(result).toMatchObject({ code: 4, out: '' });
      expect(result.error()).toMatchObject({ code: 'key_refused', exit: 4, http_status: 401 });
    },
  );

  it('a refused key is reported after two seconds if the SDK hangs', async () => {
    const watch = { shown: /generate-token -> 401/, passes: 2000 };
    const line = 'mint --client sdk --json';
    const result = await runUntilWith({ refusal: 'hang' }, line, watch, withWrongKey());
    expect(result.error()).toMatchObject({ code: 'key_refused', http_status: 401 });
  });

  it('a server where nothing listens is reported', async () => {
    const env = { ...WRONG, VOCALSTACK_API_SERVER: `http://127.0.0.1:${await closedPort()}` };
    const watch = { shown: /-> no answer/, passes: 2000 };
    const result = await runUntilWith({}, 'mint --client sdk --json', watch, { env });
    expect(result.error()).toMatchObject({ code: 'connection_refused', exit: 6 });
  });

  it('an unknown token is reported when it is used to read', async () => {
    const options = { stdin: 'unknown-token' };
    const line = 'test --client sdk --token-stdin --mode read --json';
    const result = await runWith({ refusal: 'throw' }, line, options);
    expect(result.error()).toMatchObject({ code: 'token_refused', exit: 4, http_status: 401 });
  });

  it('a readonly token in a session is reported only as a closed connection, because more is not known', async () => {
    const line = 'test --client sdk --mode connect --access readonly --json';
    const result = await runWith({}, line);
    expect(result.error()).toMatchObject({
      code: 'closed_early',
      message: expect.stringMatching(/^connect: .* The session was not confirmed yet\.$/),
      hint: expect.stringContaining('Compare with --client builtin'),
      exit: 6,
    });
  });

  it.each([
    ['rest', /SDK prints: settings/, 'read --token-stdin', 120_000, 'read: '],
    ['data', /^ok +connect/m, 'transcribe', 120_000, 'start: '],
    ['answered', /SDK: GET .* -> 200/, null, 30_000, ''],
  ] as const)('hanging (%s) is reported as a timeout', async (hangs, shown, mode, passes, step) => {
    const line = mode ? `test --client sdk --json --mode ${mode}` : 'mint --client sdk --json';
    const result = await runUntilWith({ hangs }, line, { shown, passes }, { stdin: 'a-token' });
    expect(result.error()).toMatchObject({
      code: 'timeout',
      message: `${step}Not finished after ${passes / 1000} s. The SDK gave no reason.`,
      exit: 6,
    });
  });

  it.each([
    [{ loads: 'hang' }, /note: SDK: /, 'sdk', 'The SDK was still loading.'],
    [{ later: 'spin' }, /SDK prints: settings/, 'read', 'The SDK gave no reason.'],
  ] as const)(
    'blocking the event loop (%j) is reported as a timeout',
    async (behaviour, shown, step, why) => {
      const line = 'test --client sdk --mode read --token-stdin --json';
      const watch = { shown, passes: 120_000 };
      const result = await runUntilWith(behaviour, line, watch, { stdin: 'a-token' });
      expect(result.error()).toMatchObject({ code: 'timeout', exit: 6 });
      expect(result.error().message).toBe(`${step}: Not finished after 120 s. ${why}`);
    },
  );

  it.each([
    ['throw', /that an application cannot catch/],
    ['reject', /that an application cannot catch/],
    ['exit', /ended the process that runs it/],
  ] as const)('a later failure by %s is reported as an error', async (later, message) => {
    const result = await runWith({ later, hangs: 'rest' }, 'mint --client sdk --json');
    expect(result).toMatchObject({ code: 7, out: '' });
    expect(result.error()).toMatchObject({ code: 'sdk_failed', exit: 7 });
    expect(result.error().message).toMatch(message);
  });

  it.each([
    [null, 'sdk_failed'],
    [{ status: 'error', data: null }, 'service_error'],
    [{ status: 'done', data: 7 }, 'invalid_response'],
    ['two words', 'invalid_response'],
  ])('the answer %j is reported as an error', async (answer, code) => {
    const result = await runWith({ answer }, 'mint --client sdk --json');
    expect(result).toMatchObject({ code: 7, out: '' });
    expect(result.error()).toMatchObject({ code });
  });

  it.each([
    ['a list that is too deeply nested', [1, JSON.parse(`${'['.repeat(65)}${']'.repeat(65)}`)]],
    ['more than 100 000 values', { data: Array(100_000).fill(1) }],
    ['more than 4 MiB', { data: 'x'.repeat(5_000_000) }],
  ])('S72 %s in the answer is reported as an error', async (_, answer) => {
    const result = await runWith({ answer }, 'mint --client sdk --json');
    expect(result).toMatchObject({ code: 7, out: '' });
    expect(result.error()).toMatchObject({ code: 'response_too_large' });
  });

  it.each([
    ['deep', 'invalid_response'],
    ['large', 'response_too_large'],
    ['cyclic', 'sdk_failed'],
  ] as const)('S72 a session message that is %s is reported as an error', async (tells, code) => {
    const result = await runWith({ tells }, 'test --client sdk --json');
    expect(result.error()).toMatchObject({ code });
  });

  it('a missing session is reported as an error', async () => {
    const result = await runWith({ connects: 'empty' }, 'test --client sdk --json');
    expect(result.error()).toMatchObject({ code: 'sdk_failed', exit: 7 });
    expect(result.error().message).toMatch(/^connect: The SDK returned no usable result/);
  });
});

describe('the options of --client', () => {
  it.each(['EN', 'en_US', 'english', 'en/../x', 'a b', ''])(
    '--language %j is rejected in the same way with both clients',
    async (language) => {
      const outcomes = await Promise.all(
        ['builtin', 'sdk'].map((client) =>
          runWith({}, ['test', '--client', client, '--language', language, '--json']),
        ),
      );
      const [builtin, sdk] = outcomes.map(({ code, out, err }) => ({ code, out, err }));
      expect(builtin).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining('--language'),
      });
      expect(sdk).toEqual(builtin);
    },
  );

  it.each([
    [
      'mint --client sdk --count 2',
      'conflicting_options',
      /^--client sdk mints one token: it cannot be used with --count\.$/,
    ],
    [
      'test --client sdk --file a.wav',
      'conflicting_options',
      /^--client sdk cannot be used with --file\.$/,
    ],
    ['mint --client nope', 'invalid_value', /--client must be builtin or sdk/],
    ['test --client nope', 'invalid_value', /--client must be builtin or sdk/],
  ])('%s exits 2', async (line, code, message) => {
    const result = await runWith({}, `${line} --json`);
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.error().code).toBe(code);
    expect(result.error().message).toMatch(message);
    expect(result.err).not.toContain('nope');
  });

  it('has no effect on other options with the built-in client', async () => {
    const result = await runWith({ loads: 'exit' }, 'mint --client builtin --count 2');
    expect({ ...result, lines: result.out.split('\n').length }).toMatchObject({
      code: 0,
      lines: 3,
    });
    expect(result.err).toBe('');
  });
});
