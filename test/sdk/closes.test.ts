// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { describe, expect, it } from 'vitest';
import { answer, startFaultServer } from '../support/fault-server';
import {
  closeWith,
  confirming,
  dropConnection,
  endConnection,
  neverConfirm,
  type SessionBehaviour,
  startSessionServer,
  unconfirmed,
} from '../support/fault-session-server';
import { run } from '../support/run';
import { type SdkBehaviour, sdkProject } from '../support/sdk-project';
import { runUntil } from '../support/sdk-run';

const TOKEN = 'CanaryToken~5wEndOfIt';

/** Runs `test` through the SDK, against a server with this behaviour. The time limit is an hour, so it does not end the test. */
async function tryWith(sdkBehaviour: SdkBehaviour, behaviour: SessionBehaviour, mode: string) {
  const server = await startSessionServer(behaviour);
  const { folder } = sdkProject(sdkBehaviour);
  const result = await run(`test --client sdk --token-stdin --mode ${mode} --timeout 1h --json`, {
    env: { VOCALSTACK_API_SERVER: server.origin },
    stdin: TOKEN,
    cwd: folder,
  });
  await server.close();
  return { ...result, starts: server.starts() };
}

describe('S47 the end of an SDK session', () => {
  it.each<readonly [string, SessionBehaviour]>([
    ['closes', unconfirmed(closeWith(1008, 'policy'))],
    ['resets', unconfirmed(dropConnection)],
    ['ends the connection', unconfirmed(endConnection)],
    [
      'refuses and closes',
      unconfirmed(({ send, socket }) => {
        send({ status: 'error', data: null, http_code: 401 });
        socket.close();
      }),
    ],
  ])('is reported at once if the server %s before the confirmation', async (_, behaviour) => {
    const { error, starts } = await tryWith({}, behaviour, 'connect');
    expect(error()).toMatchObject({ code: 'closed_early', exit: 6 });
    expect(error().message).toMatch(
      /^connect: 127\.0\.0\.1:\d+ closed the connection without a reason\. The session was not confirmed yet\.$/,
    );
    expect(error().hint).toContain('Compare with --client builtin');
    expect(starts).toBe(0);
  });

  it.each<readonly [string, SessionBehaviour]>([
    ['closes', closeWith(1012, 'maintenance')],
    ['resets', dropConnection],
    ['ends the connection', endConnection],
  ])('is reported at once if the server %s during the transcription', async (_, behaviour) => {
    const { error, starts } = await tryWith({}, confirming(behaviour), 'transcribe');
    expect(error()).toMatchObject({ code: 'closed_early', exit: 6 });
    expect(error().message).toContain('The transcription was not complete.');
    expect(error().hint).toContain('may have been billed');
    expect(starts).toBe(1);
  });

  it('has its code and reason if Node.js reports them, without a token', async () => {
    const closing = closeWith(1012, `for ${TOKEN.toUpperCase()}`);
    const told = await tryWith({ closes: 'channel' }, confirming(closing), 'transcribe');
    expect(told.error().message).toContain('closed the connection with code 1012');
    expect(`${told.out}${told.err}`.toLowerCase()).not.toContain(TOKEN.toLowerCase());
    const plain = closeWith(1012, 'maintenance');
    const { error } = await tryWith({ closes: 'channel' }, unconfirmed(plain), 'connect');
    expect(error().message).toContain('with code 1012 and the reason "maintenance"');
  });

  it("is reported if only the SDK's onClose reports it", async () => {
    const behaviour = confirming(neverConfirm);
    const { error } = await tryWith({ closes: 'told' }, behaviour, 'transcribe');
    expect(error()).toMatchObject({ code: 'closed_early', exit: 6 });
  });

  it('keeps all messages that arrived before it', async () => {
    const finishing = confirming(({ send, socket }) => {
      const timeline = [{ start: 0, end: 1, text: 'hello world' }];
      const data = { id: 's', status: 'done', timeline, progress: 1 };
      send({ status: 'processing', data: { ...data, status: 'processing', progress: 0.5 } });
      send({ status: 'done', data });
      socket.close(1000);
    });
    const { code, json } = await tryWith({}, finishing, 'transcribe http://127.0.0.1:1/a.wav');
    expect({ code, text: json<{ transcription: { text: string } }>().transcription.text }).toEqual({
      code: 0,
      text: 'hello world',
    });
  });
});

describe('S71 a refused WebSocket upgrade of the SDK', () => {
  it.each([401, 403, 404])(
    'with %s is reported at once, and does not blame the token',
    async (status) => {
      const server = await startFaultServer([answer({ status })]);
      const { folder } = sdkProject();
      const watch = { shown: new RegExp(`-> ${status}`), passes: 250 };
      const line = 'test --client sdk --token-stdin --mode connect --verbose --json';
      const env = { VOCALSTACK_API_SERVER: server.origin };
      const result = await runUntil(line, watch, { env, stdin: TOKEN, cwd: folder });
      await server.close();
      expect(result.error()).toMatchObject({
        code: 'upgrade_refused',
        exit: 6,
        http_status: status,
      });
    },
  );
});
