import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../support/needs';
import { runPrompted } from './support/prompt';
import { envFor, errorIn, type Running, startBinary } from './support/run-binary';
import { type Service, startService } from './support/service';

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;
const OTHERS = ['SIGUSR1', 'SIGUSR2'] as const;
const NODE = process.execPath;

/** Source of a program that prints each signal that it receives. It exits at the signal named in its argument, or at SIGUSR2. */
const LISTENER = `
  const [last] = process.argv.slice(2);
  for (const name of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2']) {
    process.on(name, () => {
      console.log('got ' + name);
      if (name === last) process.exit(7);
      if (name === 'SIGUSR2') process.exit(0);
    });
  }
  console.log('ready');
  setInterval(() => undefined, 1000);`;

let service: Service;
let folder: string;
let listener: string;
beforeAll(async () => {
  service = await startService();
  folder = mkdtempSync(join(tmpdir(), 'vstoken-exec-'));
  listener = join(folder, 'listener.cjs');
  writeFileSync(listener, LISTENER);
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

/**
 * Starts a command with the token in a file, and waits until the command is ready. When the command has ended, `startBinary`
 * checks that no file is left.
 */
async function startCommand(words: readonly string[]): Promise<Running> {
  const running = startBinary(['exec', '--file', '--', ...words], { env: envFor(service) });
  await running.untilOut(/ready/);
  return running;
}

describe.each([...SIGNALS, ...OTHERS])('%s to vstoken exec', (signal) => {
  it('makes vstoken exit with 128 plus the number of the signal if the signal kills the command', async () => {
    const running = await startCommand(['sh', '-c', 'ulimit -c 0; echo ready; exec sleep 1000']);
    running.child.kill(signal);
    const code = 128 + constants.signals[signal];
    expect(await running.done).toEqual({ code, signal: null, out: 'ready\n', err: '' });
  });
});

describe.each(SIGNALS)('%s to vstoken exec', (signal) => {
  it('is passed on to the command once', async () => {
    const running = await startCommand([NODE, listener, signal]);
    running.child.kill(signal);
    const out = `ready\ngot ${signal}\n`;
    expect(await running.done).toEqual({ code: 7, signal: null, out, err: '' });
  });

  it('does not end vstoken while the command runs, not even the second time', async () => {
    const running = await startCommand([NODE, listener]);
    for (const times of [1, 2, 3]) {
      running.child.kill(signal);
      await running.untilOut(new RegExp(`(got ${signal}\\n){${times}}`));
    }
    running.child.kill('SIGUSR2');
    const out = `ready\n${`got ${signal}\n`.repeat(3)}got SIGUSR2\n`;
    expect(await running.done).toEqual({ code: 0, signal: null, out, err: '' });
  });
});

describe.each([
  ['SIGINT', 130, 'interrupted'],
  ['SIGTERM', 143, 'terminated'],
] as const)('%s before vstoken exec has a token', (signal, exit, code) => {
  it('ends vstoken without starting the command', async () => {
    const silent = await startService({ onMint: () => undefined });
    const line = ['exec', '--file', '--json', '--', 'echo', 'ran'];
    const running = startBinary(line, { env: envFor(silent) });
    await running.meanwhile(silent.until(() => silent.counts.mints === 1));
    running.child.kill(signal);
    const result = await running.done;
    expect(result).toMatchObject({ code: exit, signal: null, out: '' });
    expect(errorIn(result)).toMatchObject({ code, exit });
    await silent.close();
  });
});

describe('SIGTERM to vstoken exec --sandbox', () => {
  it('keeps the sandbox running until the command has ended', async () => {
    const code = `process.on('SIGTERM', async () => {
        const { status } = await fetch(process.env.VOCALSTACK_API_SERVER + '/transcriptions', {
          headers: { authorization: 'Bearer ' + process.env.VOCALSTACK_AUTH_TOKEN },
        });
        console.log(status);
        process.exit(7);
      });
      console.log('ready');
      setInterval(() => undefined, 1000);`;
    const running = startBinary(['exec', '--sandbox', '--', NODE, '-e', code]);
    await running.untilOut(/ready/);
    running.child.kill('SIGTERM');
    expect(await running.done).toMatchObject({ code: 7, out: 'ready\n200\n', err: '' });
  });
});

describe('S27 SIGUSR1', () => {
  it('does not open the debugger of vstoken', async () => {
    const running = await startCommand(['sh', '-c', 'trap "" USR1; echo ready; exec sleep 1000']);
    running.child.kill('SIGUSR1');
    running.child.kill('SIGTERM');
    expect(await running.done).toMatchObject({ code: 143, err: '' });
  });
});

describe('vstoken exec in a terminal', needs('script'), () => {
  const run = (words: readonly string[], answers: Parameters<typeof runPrompted>[1]) =>
    runPrompted(['exec', '--file', '--', ...words], answers, envFor(service));
  const countOf = (screen: string, text: string) => screen.split(text).length - 1;

  it.each([
    ['Ctrl-C', '\u0003', 'SIGINT'],
    ['Ctrl-\\', '\u001c', 'SIGQUIT'],
  ])('sends the signal of %s to the command once', async (_, key, signal) => {
    // The terminal itself sends the signal of Ctrl-C or Ctrl-\ to the command, so vstoken must not send this signal again. At the
    // end, the test sends SIGTERM to vstoken, and vstoken sends SIGTERM to the command.
    const { code, screen } = await run(
      [NODE, listener, 'SIGTERM'],
      [
        [/ready/, key],
        [new RegExp(`got ${signal}`), { signal: 'SIGTERM' }],
      ],
    );
    expect(code).toBe(7);
    expect(countOf(screen, `got ${signal}`)).toBe(1);
    expect(countOf(screen, 'got SIGTERM')).toBe(1);
  });

  it('leaves Ctrl-C to the command, also the second time', async () => {
    const { code, screen } = await run(
      [NODE, listener],
      [
        [/ready/, '\u0003'],
        [/got SIGINT/, '\u0003'],
        [/got SIGINT/, { signal: 'SIGUSR2' }],
      ],
    );
    expect(code).toBe(0);
    expect(countOf(screen, 'got SIGINT')).toBe(2);
  });

  it('lets Ctrl-C end a command that does not handle it', async () => {
    const { code } = await run(['sh', '-c', 'echo ready; exec sleep 1000'], [[/ready/, '\u0003']]);
    expect(code).toBe(130);
  });
});
