import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { runnerCommands } from '../support/runner-commands';
import { workflowCommands } from '../support/workflow-commands';
import { formsOf, leaksOf } from './support/encodings';
import { type Result, runBinary } from './support/run-binary';
import { runHere } from './support/run-here';
import { type Hooks, type Peer, sendJson, startService } from './support/service';

const KEY = 'CanaryKey/7f3+9x&%41=z"Qw\\5(end';
const TOKEN = 'CanaryToken~Zq8"w+&%3D\\4/x=fin';

type Answer = (response: ServerResponse, authorization: string) => void;

const failing =
  (status: number, wrap: (authorization: string) => string = (text) => text): Answer =>
  (response, authorization) => {
    response.setHeader('retry-after', '600');
    const error = `unknown credentials ${wrap(authorization)} in the header`;
    sendJson(response, status, { status: 'error', data: null, http_code: status, error });
  };

const raw =
  (status: number, body: (authorization: string) => string, headers = {}): Answer =>
  (response, authorization) => {
    response.writeHead(status, { 'x-api-version': '1.1.0', ...headers }).end(body(authorization));
  };

/** How the service answers a request for a token, and the expected exit code. */
const AT_MINT: readonly (readonly [outcome: string, exit: number, answer: Answer])[] = [
  ['401', 4, failing(401)],
  [
    '401 with the header as base64',
    4,
    failing(401, (text) => Buffer.from(text).toString('base64')),
  ],
  ['401 with the header as hex', 4, failing(401, (text) => Buffer.from(text).toString('hex'))],
  ['401 with the header in a URL', 4, failing(401, encodeURIComponent)],
  ['401 with the header as JSON', 4, failing(401, (text) => JSON.stringify({ text }))],
  ['403', 5, failing(403)],
  ['429', 7, failing(429)],
  ['500', 7, failing(500)],
  ['418', 7, failing(418)],
  ['an error with status 200', 7, failing(200)],
  ['bad JSON', 7, raw(200, (text) => `{"data":"${text}`)],
  ['a text in the place of JSON', 7, raw(200, (text) => text)],
  ['a page of another service', 7, raw(404, (text) => `<p>${text}</p>`)],
  [
    'a token with the key in it that cannot be one',
    7,
    raw(200, (text) => JSON.stringify({ data: `${text} ` })),
  ],
  [
    'a redirect',
    7,
    (response, text) =>
      response
        .writeHead(302, { location: `http://127.0.0.1:9/${encodeURIComponent(text)}?${text}` })
        .end(text),
  ],
  [
    'a version that repeats the header',
    7,
    (response, text) => response.writeHead(200, { 'x-api-version': text }).end('{"data":"a"}'),
  ],
  ['a reset', 6, (response) => response.socket?.resetAndDestroy()],
  ['silence', 6, () => undefined],
];

type Say = (peer: Peer) => void;

const refusing =
  (wrap: (authorization: string) => string): Say =>
  ({ send, authorization }) =>
    send({ status: 'error', http_code: 401, error: `not known: ${wrap(authorization)}` });

/** How the service answers in a session, and the expected exit code. */
const IN_SESSION: readonly (readonly [outcome: string, exit: number, say: Say])[] = [
  ['an error that repeats the header', 4, refusing((text) => text)],
  ['an error with the header as hex', 4, refusing((text) => Buffer.from(text).toString('hex'))],
  ['an error with the header in a URL', 4, refusing(encodeURIComponent)],
  [
    'an error with the header as base64',
    4,
    refusing((text) => Buffer.from(text).toString('base64')),
  ],
  [
    'a close that repeats the header',
    6,
    ({ socket, authorization }) => socket.close(1008, authorization),
  ],
  [
    'a message that is no JSON',
    7,
    ({ socket, authorization }) => socket.send(`{"a":"${authorization}`),
  ],
  [
    'a session of the wrong kind',
    7,
    ({ send, authorization }) => send({ session: { authorization } }),
  ],
  ['a dropped connection', 6, ({ socket }) => socket.terminate()],
  ['silence', 6, () => undefined],
];

const MODES = [[], ['--json'], ['--verbose']];

/**
 * Runs each command with the options of each entry of `MODES`, and returns all results. One command line runs in its own process.
 * The others run in this process.
 * @param number the number of the service's answer. It selects the command line that runs in its own process
 */
async function runAll(
  hooks: Hooks,
  commands: readonly (readonly string[])[],
  number: number,
  more: readonly string[] = [],
): Promise<readonly Result[]> {
  const service = await startService({ token: TOKEN, ...hooks });
  const env = { VOCALSTACK_API_SERVER: service.url, VOCALSTACK_API_KEY: KEY };
  try {
    const lines = commands.flatMap((command) =>
      MODES.map((mode) => [...command, ...mode, ...more]),
    );
    const spawned = number % lines.length;
    return await Promise.all(
      lines.map((line, at) => (at === spawned ? runBinary : runHere)(line, { env })),
    );
  } finally {
    await service.close();
  }
}

const echoing = (answer: Answer) => (response: ServerResponse, request: IncomingMessage) =>
  answer(response, request.headers.authorization ?? '');

const leaksIn = ({ out, err }: Result) => ({
  key: leaksOf(KEY, out + err),
  token: leaksOf(TOKEN, out + err),
});

const NONE = { key: [], token: [] };

describe.concurrent('S19 S22 neither the key nor the token is shown', () => {
  it('the search for secrets recognises every encoded form', () => {
    const hidden = Buffer.from(`Bearer ${TOKEN}, and more`).toString('base64');
    expect(leaksOf(TOKEN, hidden)).toEqual(['base64 at 1', 'base64url at 1']);
    expect(leaksOf(KEY, encodeURIComponent(KEY))).toEqual(['percent']);
    expect(new Set(formsOf(KEY).values()).size).toBeGreaterThan(10);
    expect(leaksOf(KEY, 'nothing')).toEqual([]);
  });

  it('a successful run shows neither, except for the token that mint prints', async () => {
    const minted = await runAll({}, [['mint']], 0);
    for (const { code, out, err } of minted) {
      expect(code).toBe(0);
      expect(leaksOf(KEY, out + err)).toEqual([]);
      expect(leaksOf(TOKEN, err)).toEqual([]);
      expect(out.includes(TOKEN) || JSON.parse(out).token === TOKEN).toBe(true);
    }
    const modes = ['connect', 'read'].map((mode) => ['test', '--mode', mode]);
    const given = [['test', 'https://user:pass@example.com/a.wav?signature=pass'], ...modes];
    for (const result of await runAll({}, given, 0)) {
      expect(result.code).toBe(0);
      expect(leaksIn(result)).toEqual(NONE);
      expect(result.out + result.err).not.toContain('pass');
    }
  });

  it.each(AT_MINT)(
    'minting that ends in %s shows neither (exit %i)',
    async (outcome, exit, answer) => {
      const number = AT_MINT.findIndex(([name]) => name === outcome);
      const more = outcome === 'silence' ? ['--timeout', '900ms'] : [];
      const results = await runAll({ onMint: echoing(answer) }, [['mint'], ['test']], number, more);
      for (const result of results) {
        expect(result.code).toBe(exit);
        expect(leaksIn(result)).toEqual(NONE);
        expect(result.err).not.toMatch(/^ +at /m);
      }
    },
  );

  it.each(IN_SESSION)(
    'a session that ends in %s shows neither (exit %i)',
    async (outcome, exit, say) => {
      const number = IN_SESSION.findIndex(([name]) => name === outcome);
      const more = outcome === 'silence' ? ['--timeout', '1500ms'] : [];
      for (const result of await runAll({ onHello: say }, [['test']], number, more)) {
        expect(result.code).toBe(exit);
        expect(leaksIn(result)).toEqual(NONE);
        expect(result.err).not.toMatch(/^ +at /m);
      }
    },
  );

  it.each(IN_SESSION.filter(([outcome]) => !outcome.startsWith('a session')))(
    'a transcription that ends in %s shows neither',
    async (outcome, _, say) => {
      const number = IN_SESSION.findIndex(([name]) => name === outcome);
      const more = outcome === 'silence' ? ['--timeout', '1500ms'] : [];
      for (const result of await runAll({ onStart: say }, [['test']], number, more)) {
        expect(result.code).toBeGreaterThan(3);
        expect(leaksIn(result)).toEqual(NONE);
      }
    },
  );
});

/** A text that tries to control a terminal, to hide text from a reader, and to send commands to a CI runner. */
const HOSTILE =
  '\n::add-mask::x\r\u001b]52;c;QQ==\u0007\u009b2J\u202e\u2028##[command]\u007f\u200b\u00ad\ufeff\u{e0041}##vso[task.complete]##teamcity[x]';

describe('S28 S30 S73 text from the service', () => {
  it.each(['', '1'])('is printed escaped (GITHUB_ACTIONS=%s)', async (actions) => {
    const service = await startService({
      onHello: ({ send }) => send({ status: 'error', http_code: 500, error: HOSTILE }),
      onMint: (response, request) => {
        const isTest = (request.url ?? '').includes('readwrite');
        const body = isTest ? { data: TOKEN } : { status: 'error', error: HOSTILE };
        sendJson(response, isTest ? 200 : 401, body);
      },
    });
    const env = {
      VOCALSTACK_API_SERVER: service.url,
      VOCALSTACK_API_KEY: KEY,
      GITHUB_ACTIONS: actions,
    };
    for (const line of [['mint'], ['mint', '--json'], ['test'], ['test', '--json']]) {
      const { code, out, err } = await runBinary(line, { env });
      expect(code).toBeGreaterThan(3);
      expect(err).toContain('add-mask');
      expect([...workflowCommands(out + err), ...runnerCommands(out + err)]).toEqual([]);
      expect(out + err).not.toMatch(
        /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]|\p{Default_Ignorable_Code_Point}/u,
      );
    }
    await service.close();
  });

  it('runs no command of a CI runner if a transcript begins with one', async () => {
    const timeline = [{ start: 0, end: 1, text: '::stop-commands::x ##vso[a]' }];
    const data = { id: 'a', status: 'done', progress: 1, timeline };
    const service = await startService({ onStart: ({ send }) => send({ status: 'done', data }) });
    const env = {
      VOCALSTACK_API_SERVER: service.url,
      VOCALSTACK_API_KEY: KEY,
    };
    const { code, out } = await runBinary(['test', 'https://example.com/a.wav'], { env });
    expect(code).toBe(0);
    expect(out).toContain('stop-commands');
    expect([...workflowCommands(out), ...runnerCommands(out)]).toEqual([]);
    await service.close();
  });
});
