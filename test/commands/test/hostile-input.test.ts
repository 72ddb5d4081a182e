import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { REASONS } from '../../../src/api/protocol';
import { CliError } from '../../../src/core/errors';
import { startSandbox } from '../../../src/sandbox/index';
import { systemClock } from '../../../src/system/clock';
import { page, sandbox, silence, webServer } from '../../sandbox/support';
import { QUOTINGS, startQuotingService } from '../../support/quoting-service';
import { envFor, run } from '../../support/run';

/** Audio that would keep a slow parser busy for many seconds: each byte could begin an MP3 frame, but the audio has no frame. */
const CRAFTED = new Uint8Array(4 * 1024 * 1024).fill(0xff);

/**
 * Time limit in milliseconds. A run takes far less. If its time grew with the square of the input's length, it would take far
 * more.
 */
const WATCHDOG_MS = 20_000;

describe('S67 crafted input does not block the program', () => {
  it.each(['a', 'あ', '\u0301', '👩‍👩', '"', '\u001b'])(
    'if a transcript has 900 KiB of %j in a terminal',
    async (character) => {
      const text = character.repeat(
        Math.floor((900 * 1024) / Buffer.byteLength(JSON.stringify(character))),
      );
      const web = await webServer({
        '/a.wav': page(silence(2)),
        '/a.txt': page(`A ${text}`, 'text/plain; charset=utf-8'),
      });
      const emulator = await startSandbox();
      onTestFinished(() => emulator.close());
      const result = await run(`test ${web.url}/a.wav`, { env: envFor(emulator), terminal: 'all' });
      expect(result.code).toBe(0);
      expect(result.out.length).toBeGreaterThan(text.length - 1);
    },
    WATCHDOG_MS,
  );

  it.each(QUOTINGS)(
    'if the service fills every field with long text: %s',
    async (quoting) => {
      for (const character of ['a', 'あ', '\u2028', '&#x41;']) {
        const text = character.repeat(Math.floor((60 * 1024) / character.length));
        const service = await startQuotingService(
          quoting,
          'MadeUpToken-0123456789abcdef',
          () => text,
        );
        const env = {
          VOCALSTACK_API_SERVER: service.url,
          VOCALSTACK_API_KEY: 'a-made-up-key-0123456789',
        };
        for (const words of [
          'test',
          'test --json',
          'status --check',
          'inspect --probe --use-token',
        ]) {
          const result = await run(words, {
            ...{ env: { ...env, VOCALSTACK_AUTH_TOKEN: 'MadeUpToken-0123456789abcdef' } },
            ...{ terminal: 'all' as const, random: () => 0 },
          });
          expect([words, result.code]).not.toEqual([words, 1]);
        }
        await service.close();
      }
    },
    WATCHDOG_MS,
  );

  it(
    'if --expect is compared with a transcript of many marks on one letter',
    async () => {
      const web = await webServer({
        '/a.wav': page(silence(2)),
        '/a.txt': page(`e${'\u0301\u0323'.repeat(200_000)} x`, 'text/plain; charset=utf-8'),
      });
      const emulator = await startSandbox();
      onTestFinished(() => emulator.close());
      const result = await run(`test ${web.url}/a.wav --expect nothing`, { env: envFor(emulator) });
      expect(result.code).toBe(8);
      expect(result.err).toContain('expectation_not_met');
    },
    WATCHDOG_MS,
  );

  it('if crafted audio is measured, so that a signal can end the program', async () => {
    const controller = new AbortController();
    const emulator = await startSandbox();
    onTestFinished(() => emulator.close());
    const interruptSoon = () =>
      setImmediate(() => controller.abort(new CliError('interrupted', 'Interrupted.')));
    const result = await run('test --json --file /a.mp3', {
      env: envFor(emulator),
      files: { '/a.mp3': CRAFTED },
      signal: controller.signal,
      context: (built) => ({
        ...built,
        files: {
          ...built.files,
          readBytes: (...words) => built.files.readBytes(...words).finally(interruptSoon),
        },
      }),
    });
    expect(result.error()).toMatchObject({ code: 'interrupted' });
    expect(emulator.stats().requests).toBe(0);
  });

  it('if the sandbox measures crafted audio, which it does for at most a second', async () => {
    const clock = systemClock();
    let passed = 0;
    const server = createServer((_, response) => response.end(CRAFTED));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const emulator = await sandbox({
      clock: {
        ...clock,
        monotonic: () => {
          passed += 100;
          return passed;
        },
      },
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.mp3`;
    const env = { VOCALSTACK_API_SERVER: emulator.url, VOCALSTACK_API_KEY: 'test-key-canary-5be1' };
    const result = await run(`test --json ${url}`, { env });
    expect(result.json<{ ok: boolean }>().ok).toBe(false);
    expect(result.error().message).toContain(REASONS.audioInvalid);
    // Each time the sandbox reads the clock, `passed` grows by 100 ms. A value below 5000 means that the sandbox has read the
    // clock fewer than 50 times, because it stopped after a second. For the whole file, it would read the clock thousands of
    // times.
    expect(passed).toBeLessThan(5000);
  });
});
