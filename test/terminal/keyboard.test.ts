import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/core/errors';
import { fakeClock } from '../../src/system/clock';
import { createKeyboard, type QuestionStreams } from '../../src/terminal/keyboard';
import type { TerminalProcess } from '../../src/terminal/raw-mode';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_Z = '\u001a';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Creates a keyboard with a fake terminal and a fake process. `log` contains the calls to the terminal and to the process, in
 * order.
 */
function keyboardOn(platform: NodeJS.Platform = 'linux') {
  const log: string[] = [];
  const stdin = Object.assign(new PassThrough(), {
    setRawMode: (isRaw: boolean) => void log.push(isRaw ? 'raw' : 'cooked'),
  });
  const signals = new EventEmitter();
  const node = Object.assign(signals, {
    ...{ stdin, stderr: new PassThrough(), platform, pid: 7 },
    kill: (pid: number, name: string) => void log.push(`kill ${pid} ${name}`),
  });
  const clock = fakeClock();
  const controller = new AbortController();
  const keyboard = createKeyboard(node as unknown as TerminalProcess, clock, controller.signal);
  return { keyboard, stdin, node, clock, log, controller };
}

/** Reads an answer up to the first Enter. */
async function readLine({ input, signal }: QuestionStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    signal.addEventListener('abort', () => reject(new Error('aborted')));
    input.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (text.endsWith('\r')) resolve(text.slice(0, -1));
    });
  });
}

describe('S63 the keyboard during a task', () => {
  it('does not show typed text during the task, and shows it again afterwards', async () => {
    const { keyboard, log, stdin } = keyboardOn();
    await keyboard.hold(async () => void log.push('task'));
    expect(log).toEqual(['raw', 'task', 'cooked']);
    expect(stdin.isPaused()).toBe(true);
  });

  it('passes each line that was typed during the task to a hidden prompt', async () => {
    const { keyboard, stdin, log } = keyboardOn();
    const answers = await keyboard.hold(async () => {
      stdin.write('first\rsec');
      await turn();
      stdin.write('ond\rthird');
      return [await keyboard.ask(true, readLine), await keyboard.ask(true, readLine)];
    });
    expect(answers).toEqual(['first', 'second']);
    expect(log).toEqual(['raw', 'cooked']);
  });

  it('passes no text that was typed before it to a prompt that is visible', async () => {
    const { keyboard, stdin } = keyboardOn();
    const answer = keyboard.hold(async () => {
      stdin.write('y\r');
      await turn();
      return keyboard.ask(false, (streams) => {
        stdin.write('n\r');
        return readLine(streams);
      });
    });
    expect(await answer).toBe('n');
  });

  it('interrupts the program at Ctrl-C, and ends it at a second Ctrl-C', async () => {
    const { keyboard, stdin, node, log } = keyboardOn();
    node.once('SIGINT', () => void log.push('asked'));
    await keyboard.hold(async () => {
      stdin.write(CTRL_C);
      await turn();
      stdin.write(CTRL_C);
      await turn();
    });
    expect(log).toEqual(['raw', 'asked', 'cooked', 'kill 7 SIGINT', 'cooked']);
  });

  it('passes Ctrl-C to a prompt', async () => {
    const { keyboard, stdin, log } = keyboardOn();
    const answer = keyboard.ask(true, readLine);
    stdin.write(`a${CTRL_C}\r`);
    expect(await answer).toBe(`a${CTRL_C}`);
    expect(log).toEqual(['raw', 'cooked']);
  });
});

describe('S63 a prompt', () => {
  const INTERRUPTED = { code: 'interrupted' };

  it.each([CTRL_D, `some${CTRL_D}more`])('is interrupted by Ctrl-D (%j)', async (keys) => {
    const { keyboard, stdin, log } = keyboardOn();
    const answer = keyboard.ask(true, readLine);
    stdin.write(keys);
    await expect(answer).rejects.toMatchObject(INTERRUPTED);
    expect(log).toEqual(['raw', 'cooked']);
  });

  it.each<[string, (stdin: PassThrough) => void]>([
    ['ends', (stdin) => void stdin.end()],
    ['fails', (stdin) => void stdin.destroy(new Error('EIO'))],
  ])('is interrupted if standard input %s, and so is the next prompt', async (_how, end) => {
    const { keyboard, stdin } = keyboardOn();
    const answer = keyboard.ask(true, readLine);
    end(stdin);
    await expect(answer).rejects.toMatchObject(INTERRUPTED);
    await expect(keyboard.ask(true, readLine)).rejects.toMatchObject(INTERRUPTED);
  });

  it('ends with the reason for which the program is interrupted', async () => {
    const { keyboard, controller } = keyboardOn();
    const answer = keyboard.ask(true, readLine);
    controller.abort(new CliError('terminated', 'Terminated.'));
    await expect(answer).rejects.toMatchObject({ code: 'terminated' });
  });
});

describe('S63 Ctrl-Z', () => {
  it('stops the process group in cooked mode, and continues in raw mode after SIGCONT', async () => {
    const { keyboard, stdin, node, log, clock } = keyboardOn();
    let shown = '';
    const answer = keyboard.ask(true, (streams) => {
      streams.input.on('data', (chunk) => {
        shown += chunk;
      });
      return readLine(streams);
    });
    stdin.write(`be${CTRL_Z}fore`);
    await turn();
    expect(shown).toBe('');
    expect(log).toEqual(['raw', 'cooked', 'kill 0 SIGTSTP']);
    node.emit('SIGCONT');
    stdin.write('\r');
    expect(await answer).toBe('before');
    expect(log).toEqual(['raw', 'cooked', 'kill 0 SIGTSTP', 'cooked', 'raw', 'cooked']);
    await clock.advance(1000);
    expect(log).toHaveLength(6);
  });

  it('continues after a short time if no process could be stopped', async () => {
    const { keyboard, stdin, log, clock } = keyboardOn();
    const answer = keyboard.ask(true, readLine);
    stdin.write(CTRL_Z);
    await turn();
    await clock.advance(20);
    await turn();
    expect(log.slice(-2)).toEqual(['cooked', 'raw']);
    stdin.write('on\r');
    expect(await answer).toBe('on');
  });

  it('is an ordinary key on Windows, where the program listens to no signal', async () => {
    const { keyboard, stdin, node, log } = keyboardOn('win32');
    const answer = keyboard.ask(true, readLine);
    expect(node.eventNames()).toEqual([]);
    stdin.write(`a${CTRL_Z}\r`);
    expect(await answer).toBe(`a${CTRL_Z}`);
    expect(log).toEqual(['raw', 'cooked']);
  });
});
