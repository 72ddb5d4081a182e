import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { needs } from '../support/needs';
import { configDirWith, newConfigDir, storedIn } from '../support/stored';
import { runPrompted } from './support/prompt';
import { openTerminal, programLine, untilWritten } from './support/pseudo-terminal';
import { envFor } from './support/run-binary';

const ENTER = '\r';
const DOWN = '\u001b[B';
const CTRL_D = '\u0004';
const CTRL_Z = '\u001a';
/** An API key. If four consecutive characters of the key appear on the screen, the key has leaked. */
const KEY = 'QWxZjKvPbGyMUqHwXk';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ apiKey: KEY });
});
afterAll(() => sandbox.close());

/** Creates a user who stores keys in plain text, because storing them in this way needs no other program. */
function newUser(settings: object = { store: 'plaintext' }) {
  const configDir = configDirWith({ url: 'http://127.0.0.1:9', apiKey: 'old-key' }, ['old'], {
    ...settings,
  });
  const env = { VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_CONFIG_DIR: configDir };
  return { configDir, env };
}

const LOGIN = ['login', '--profile', 'new'];
const storedKey = (configDir: string) => storedIn(configDir).profiles.new?.key;

function expectUnseen(screen: string): void {
  for (let at = 0; at + 4 <= KEY.length; at += 1) {
    expect(screen).not.toContain(KEY.slice(at, at + 4));
  }
}

describe('S63 a hidden prompt that is stopped', needs('script', 'bash'), () => {
  it.each(['bash --norc --noprofile -i', 'sh -i'])(
    'continues after fg in %s, still hidden, and the shell gets no part of the input',
    async (shell) => {
      const { configDir, env } = newUser();
      const terminal = openTerminal(`exec ${shell}`, { ...env, PS1: 'ready> ', ENV: '' });
      await terminal.until(/ready> /);
      terminal.type(`${programLine(LOGIN)}${ENTER}`);
      await terminal.until(/API key for/);
      terminal.type(`${KEY.slice(0, 9)}${CTRL_Z}`);
      await terminal.until(/Stopped/);
      terminal.type(`fg${ENTER}`);
      await terminal.until(/API key for/);
      terminal.type(`${KEY.slice(9)}${ENTER}`);
      await terminal.until(/Logged in/);
      terminal.type(`echo code=$?${ENTER}`);
      await terminal.until(/code=\d+/);
      terminal.type(`exit${ENTER}`);
      await terminal.done;
      expect(terminal.screen()).toContain('code=0');
      expectUnseen(terminal.screen());
      expect(storedKey(configDir)).toBe(KEY);
    },
  );

  it('is hidden and drawn again after a stop signal from another process', async () => {
    const { configDir, env } = newUser();
    const terminal = openTerminal(`exec ${programLine(LOGIN)}`, env);
    await terminal.until(/API key for/);
    process.kill(terminal.pid(), 'SIGSTOP');
    terminal.setModes('sane');
    process.kill(terminal.pid(), 'SIGCONT');
    await terminal.until(/API key for/);
    terminal.type(`${KEY}${ENTER}`);
    expect(await terminal.done).toEqual({ code: 0 });
    expectUnseen(terminal.screen());
    expect(storedKey(configDir)).toBe(KEY);
  });

  it('ignores Ctrl-Z if no shell could continue it', async () => {
    const { configDir, env } = newUser();
    const terminal = openTerminal(`exec ${programLine(LOGIN)}`, env);
    await terminal.until(/API key for/);
    terminal.type(CTRL_Z);
    await terminal.until(/API key for/);
    terminal.type(`${KEY}${ENTER}`);
    expect(await terminal.done).toEqual({ code: 0 });
    expectUnseen(terminal.screen());
    expect(storedKey(configDir)).toBe(KEY);
  });
});

describe('S63 Ctrl-D', needs('script'), () => {
  const user = () => newUser().env;
  it.each<[string, readonly string[], () => Record<string, string>, readonly [RegExp, string][]]>([
    ['the key', LOGIN, user, [[/API key/, CTRL_D]]],
    ['the key, after some of it', LOGIN, user, [[/API key/, `abc${CTRL_D}`]]],
    ['the store', LOGIN, () => newUser({}).env, [[/Where to store the key/, CTRL_D]]],
    [
      'a new passphrase',
      LOGIN,
      () => newUser({ store: 'passphrase' }).env,
      [
        [/API key/, `${KEY}${ENTER}`],
        [/New passphrase/, CTRL_D],
      ],
    ],
    ['the access', ['mint', '-i'], () => envFor(sandbox), [[/Access/, CTRL_D]]],
    [
      'the lifetime',
      ['mint', '-i'],
      () => envFor(sandbox),
      [
        [/Access/, `${DOWN}${ENTER}`],
        [/Lifetime/, CTRL_D],
      ],
    ],
    [
      'the last question of mint',
      ['mint', '-i'],
      () => envFor(sandbox),
      [
        [/Access/, ENTER],
        [/Lifetime/, ENTER],
        [/One-time/, CTRL_D],
      ],
    ],
    ['a confirmation', ['config', 'set', 'one_time', 'false'], user, [[/can do more/, CTRL_D]]],
  ])('interrupts the program at the prompt for %s', async (_what, args, env, answers) => {
    const { code, screen } = await runPrompted(args, answers, env());
    expect({ code, screen }).toEqual({ code: 130, screen: expect.stringContaining('interrupted') });
  });
});

describe('S63 a terminal that is closed', needs('script'), () => {
  /**
   * Returns the exit code after the terminal is closed. It is 129 for SIGHUP or 130 for the end of standard input, whichever
   * arrives first.
   */
  const codeAfterClosing = async (args: readonly string[], shown: RegExp) => {
    const file = join(newConfigDir(), 'code');
    // With the trap `:`, the shell survives SIGHUP and can write the exit code. The program still receives SIGHUP.
    const script = `trap : HUP; ${programLine(args)}; echo $? > '${file}'`;
    const terminal = openTerminal(script, { ...newUser().env, ...envFor(sandbox) });
    await terminal.until(shown);
    terminal.close();
    return untilWritten(file);
  };

  it.each<[string, readonly string[], RegExp]>([
    ['the key is asked for', LOGIN, /API key/],
    ['a choice is asked for', ['mint', '-i'], /Access/],
  ])('interrupts the program when %s, without an error of Node.js', async (_, args, shown) => {
    expect(await codeAfterClosing(args, shown)).toMatch(/^(130|129)$/);
  });
});

describe('a terminal that is closed while a command runs', needs('script'), () => {
  it('does not change the exit code', async () => {
    const [file, command] = [join(newConfigDir(), 'code'), join(newConfigDir(), 'command')];
    writeFileSync(
      command,
      'trap "exit 3" HUP; echo begun; while :; do read line || sleep 0.01; done',
    );
    const words = programLine(['exec', '--', 'sh', command]);
    const terminal = openTerminal(`trap : HUP; ${words}; echo $? > '${file}'`, envFor(sandbox));
    await terminal.until(/begun/);
    terminal.close();
    expect(await untilWritten(file)).toBe('3');
  });
});

describe('S63 text that is typed before the prompt', needs('script'), () => {
  it('is not shown, and answers a hidden prompt', async () => {
    const { configDir, env } = newUser({ store: 'passphrase' });
    const fifo = join(newConfigDir(), 'passphrase');
    spawnSync('mkfifo', [fifo]);
    const terminal = openTerminal(`exec ${programLine(LOGIN)}`, {
      ...env,
      VOCALSTACK_PASSPHRASE_FILE: fifo,
    });
    // `open` waits until the program reads the passphrase from the FIFO. The program does so before it asks for the key.
    const file = await open(fifo, 'w');
    expect(terminal.echoes()).toBe(false);
    terminal.type(`${KEY}${ENTER}`);
    await file.writeFile('correct horse battery\n');
    await file.close();
    expect(await terminal.done).toEqual({ code: 0 });
    expectUnseen(terminal.screen());
    expect(storedIn(configDir).profiles.new).toMatchObject({ store: 'passphrase' });
  });
});
