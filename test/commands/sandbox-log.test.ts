// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context/context';
import { startSandbox } from '../../src/sandbox/server';
import { call, hello, openSocket, urlTarget } from '../sandbox/support';
import { type RunOptions, run } from '../support/run';
import { runUntilStopped } from '../support/until-stopped';

const READONLY = 'the token is readonly: this session needs readwrite';
const LINE = new RegExp(`^\\d\\d:\\d\\d:\\d\\d WS /async/transcribe/url 403 ${READONLY}$`, 'm');
const HINT =
  /^\d\d:\d\d:\d\d hint: when a session is refused, connect\(\) of the SDK never returns/m;

/**
 * Returns `context` and `started`. A test passes `context` to a run of the program, so that the sandbox of this run gets a free
 * port. `started` is a promise for this sandbox.
 */
function watched() {
  let found: (started: Awaited<ReturnType<typeof startSandbox>>) => void = () => undefined;
  const started = new Promise<Awaited<ReturnType<typeof startSandbox>>>((resolve) => {
    found = resolve;
  });
  const context = (built: Context): Context => ({
    ...built,
    async startSandbox(settings) {
      const sandbox = await startSandbox({ ...settings, port: 0, clock: built.clock });
      found(sandbox);
      return sandbox;
    },
  });
  return { started, context };
}

/**
 * Tries to start a transcription with a readonly token. The sandbox accepts the WebSocket, and then refuses the session with a
 * message.
 */
async function beRefused(server: Awaited<ReturnType<typeof startSandbox>>): Promise<void> {
  const target = urlTarget('http://localhost/a.wav');
  const socket = await openSocket(server, target);
  const path = '/security/generate-token?access=readonly';
  const { json } = await call(server.url, path, { authorization: server.apiKey });
  socket.send(hello(`Bearer ${json.data}`, target));
  await socket.closed;
}

async function serveAndRefuse(line: string, options: RunOptions = {}) {
  const { started, context } = watched();
  return runUntilStopped(line, async () => beRefused(await started), { context, ...options });
}

describe('the log of the sandbox', () => {
  it('of serve --sandbox shows only refusals and errors, with their reasons', async () => {
    const { err } = await serveAndRefuse('serve --port 0 --sandbox');
    expect(err).toMatch(LINE);
    expect(err).toMatch(HINT);
    expect(err).not.toContain('/security/generate-token');
    const quiet = await serveAndRefuse('serve --port 0 --sandbox --quiet');
    expect(quiet.err).toBe('');
  });

  it('of sandbox shows every request, and the reason of each refusal', async () => {
    const { err } = await serveAndRefuse('sandbox --port 0');
    expect(err).toMatch(LINE);
    expect(err).toMatch(HINT);
    expect(err).toMatch(/^\d\d:\d\d:\d\d GET \/security\/generate-token 200 \d+ ms$/m);
  });

  it.each(['serve --port 0 --sandbox --json', 'sandbox --port 0 --json'])(
    'of %s is the same as JSON, with one object in each line',
    async (line) => {
      const { err } = await serveAndRefuse(line);
      const documents = err
        .split('\n')
        .filter((each) => each.startsWith('{'))
        .map((each) => JSON.parse(each));
      expect(documents).toContainEqual({
        ...{ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), method: 'WS' },
        ...{ path: '/async/transcribe/url', status: 403, code: 'token_readonly' },
        message: READONLY,
      });
      expect(err).not.toMatch(LINE);
    },
  );

  it.each([
    ['', false],
    ['--verbose', true],
  ])(
    'of exec --sandbox %s is shown only with --verbose, because standard error is used by the command',
    async (option, is) => {
      const { started, context } = watched();
      const child = `require('node:http').get(process.env.VOCALSTACK_API_SERVER + '/nowhere?a=b')`;
      const line = [
        'exec',
        '--sandbox',
        ...option.split(' ').filter(Boolean),
        '--',
        'node',
        '-e',
        child,
      ];
      const { code, err } = await run(line, { context });
      expect(code).toBe(0);
      expect((await started).requests().map(({ path }) => path)).toContain('/nowhere');
      expect(/^\d\d:\d\d:\d\d GET \/nowhere 404 there is no such call$/m.test(err)).toBe(is);
      if (!is) expect(err).toBe('');
    },
  );

  it('S28 escapes control characters from a client', async () => {
    const { started, context } = watched();
    const { err } = await runUntilStopped(
      'sandbox --port 0',
      async () => {
        await call((await started).url, '/a\u009b31m\u0085b');
        await call((await started).url, '/%1b%5b31m');
      },
      { context },
    );
    expect(err).toContain('there is no such call');
    expect(err).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });
});
