import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { needs } from '../support/needs';
import { configDirWith, storedIn } from '../support/stored';
import {
  envFor,
  errorIn,
  PROGRAM_VARIABLES,
  runBinary,
  start,
  startShell,
} from './support/run-binary';

const USER = 54_321;

let base: string;
let sandbox: RunningSandbox;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'vstoken-home-'));
  chmodSync(base, 0o755);
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(base, { recursive: true });
});

const logIn = 'login --with-key --store plaintext --no-verify --json';
const notesIn = (err: string) => err.split('\n').filter((line) => line.startsWith('note:'));

describe('S70 a settings folder that is not absolute', () => {
  const ways: readonly (readonly [string, string])[] = [
    ['VOCALSTACK_CONFIG_DIR', '~/.vs'],
    ['VOCALSTACK_CONFIG_DIR', 'settings'],
    ['HOME', '.'],
    ['HOME', '~'],
    ['XDG_CONFIG_HOME', '.config'],
  ];

  // `runBinary` fails if a run creates or changes a file.
  it.each(ways)('%s=%s is refused by every command that would write there', async (name, value) => {
    for (const line of [logIn, 'config set lifetime 9s --json', 'config path --json']) {
      const result = await runBinary(line.split(' '), { env: { [name]: value }, stdin: 'a-key' });
      expect({ code: result.code, out: result.out }).toEqual({ code: 3, out: '' });
      expect(errorIn(result)).toMatchObject({
        code: 'config_unsafe',
        message: expect.stringContaining(`${name} is not an absolute path`),
      });
    }
  });

  it.each(ways)(
    '%s=%s does not affect a key from the environment, and causes one note',
    async (name, value) => {
      const env = { ...envFor(sandbox), [name]: value };
      const { code, out, err } = await runBinary(['mint'], { env });
      expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^\S+\n$/) });
      expect(notesIn(err)).toEqual([expect.stringContaining(`${name} is not an absolute path`)]);
    },
  );

  it('takes no server from a file in the working directory', async () => {
    const work = mkdtempSync(join(base, 'work-'));
    const folder = join(work, '.config/vstoken');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const settings = { api_server: 'http://127.0.0.1:9' };
    const file = { version: 1, settings, profile: 'default', profiles: {} };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(file), { mode: 0o600 });
    const status = async (HOME: string) =>
      (await runBinary(['status', '--json'], { cwd: work, env: { HOME, VOCALSTACK_API_KEY: 'k' } }))
        .out;
    expect(await status(work)).toContain('http://127.0.0.1:9');
    expect(await status('.')).not.toContain('http://127.0.0.1:9');
  });
});

describe('S70 a home folder of another user, as with sudo', needs('root'), () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(base, 'of-another-'));
    chownSync(home, USER, USER);
  });

  it('gets no ledger and no folder, and mint works with one note', async () => {
    const env = { ...envFor(sandbox), HOME: home };
    const { code, out, err } = await runBinary(['mint'], { env });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^\S+\n$/) });
    expect(notesIn(err)).toEqual([expect.stringContaining('belongs to another user')]);
    expect(readdirSync(home)).toEqual([]);
    // The run above printed a note, because the token could not be recorded in the ledger. In CI, vstoken never records tokens,
    // so it prints no note.
    const inCi = await runBinary(['mint'], { env: { ...env, CI: 'true' } });
    expect({ code: inCi.code, err: inCi.err }).toEqual({ code: 0, err: '' });
    const json = await runBinary(['mint', '--json', '--quiet'], { env });
    expect({ code: json.code, err: json.err }).toEqual({ code: 0, err: '' });
    expect(readdirSync(home)).toEqual([]);
  });

  it.each([logIn, 'config set lifetime 9s --json'])(
    'makes vstoken %s fail, and the error says to run it without sudo',
    async (line) => {
      for (const env of [{ HOME: home }, { VOCALSTACK_CONFIG_DIR: join(home, 'vs') }]) {
        const result = await runBinary(line.split(' '), { env, stdin: 'a-key' });
        expect(result.code).toBe(3);
        expect(errorIn(result)).toMatchObject({
          code: 'config_unsafe',
          message: expect.stringContaining('belongs to another user'),
          hint: expect.stringMatching(/^Run vstoken without sudo\. .*VOCALSTACK_CONFIG_DIR/),
        });
        expect(readdirSync(home)).toEqual([]);
      }
    },
  );

  it('does not make vstoken advise root to change the owner of the existing settings', async () => {
    const folder = join(home, '.config/vstoken');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'config.json'), '{}', { mode: 0o600 });
    for (const path of [join(home, '.config'), folder, join(folder, 'config.json')])
      chownSync(path, USER, USER);
    const result = await runBinary(['mint', '--json'], { env: { HOME: home } });
    expect(errorIn(result)).toMatchObject({
      code: 'config_unsafe',
      hint: expect.stringMatching(/^Run vstoken without sudo\./),
    });
    const minted = await runBinary(['mint'], { env: { ...envFor(sandbox), HOME: home } });
    expect(minted.code).toBe(0);
    expect(notesIn(minted.err)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['config.json']);
  });

  it('makes doctor warn and name the fix', async () => {
    const env = { ...envFor(sandbox), HOME: home };
    const { code, out } = await runBinary(['doctor', '--json'], { env });
    const { checks } = JSON.parse(out);
    const of = (id: string) => checks.find((each: { id: string }) => each.id === id);
    expect(code).toBe(0);
    expect(of('settings-folder')).toMatchObject({
      result: 'warn',
      fix: expect.stringContaining('without sudo'),
    });
    expect(of('ledger')).toMatchObject({ result: 'warn' });
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('S70 files that an earlier run with sudo left behind', needs('root', 'setpriv'), () => {
  const asUser = (line: string, env: Readonly<Record<string, string>>, stdin = '') =>
    startShell('bash', `exec setpriv --reuid ${USER} --clear-groups "$NODE" $BIN ${line}`, {
      env: { ...PROGRAM_VARIABLES, ...env },
      stdin,
    }).done;
  /** Runs the command in the hint without `sudo`, because this process is root. */
  const follow = async (hint: string | null) => {
    expect(hint).toMatch(/^sudo chown (-R )?54321 '?\//);
    const command = (hint ?? '').replaceAll('sudo ', '');
    expect((await start('bash', ['-e', '-c', command]).done).code).toBe(0);
  };
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(base, 'of-user '));
    chownSync(home, USER, USER);
  });

  it('in a parent of the settings folder can be fixed with the command in the hint', async () => {
    mkdirSync(join(home, '.config'), { mode: 0o755 });
    const refused = await asUser(logIn, { HOME: home }, 'a-key');
    expect(refused.code).toBe(3);
    const { code, hint } = errorIn(refused);
    expect(code).toBe('config_unsafe');
    await follow(hint);
    expect((await asUser(logIn, { HOME: home }, 'a-key')).code).toBe(0);
    expect(storedIn(join(home, '.config/vstoken')).profile).toBe('default');
  });

  it.each([
    [0o700, 'mint --json'],
    [0o755, logIn],
  ])(
    'in a folder with mode %o that contains a key can be fixed with the command in the hint of vstoken %s',
    async (mode, line) => {
      const way = join(home, '.config');
      mkdirSync(way, { mode: 0o755 });
      const folder = join(way, 'vstoken');
      const made = configDirWith(sandbox);
      await start('cp', ['-r', '--no-preserve=ownership', made, folder]).done;
      chmodSync(folder, mode);
      const env = { HOME: home, VOCALSTACK_API_SERVER: sandbox.url };
      const refused = await asUser(line, env, 'a-key');
      expect(refused.code).toBe(3);
      const { code, hint } = errorIn(refused);
      expect(code).toBe('config_unsafe');
      await follow(hint);
      expect((await asUser(line, env, 'a-key')).code).toBe(0);
    },
  );

  it('in VOCALSTACK_CONFIG_DIR can be fixed with the command in the hint', async () => {
    const folder = join(home, 'own');
    mkdirSync(folder, { mode: 0o700 });
    const env = { HOME: home, VOCALSTACK_CONFIG_DIR: folder };
    const refused = await asUser(logIn, env, 'a-key');
    expect(refused.code).toBe(3);
    await follow(errorIn(refused).hint);
    expect((await asUser(logIn, env, 'a-key')).code).toBe(0);
  });

  it('do not make a hint advise to change the owner of a system folder', async () => {
    const shared = join(base, 'system');
    mkdirSync(join(shared, 'etc'), { recursive: true, mode: 0o755 });
    const env = { HOME: home, VOCALSTACK_CONFIG_DIR: join(shared, 'etc') };
    const refused = await asUser(logIn, env, 'a-key');
    expect(errorIn(refused)).toMatchObject({
      code: 'config_unsafe',
      hint: expect.not.stringContaining('chown'),
    });
  });

  it('do not matter for a new folder in a folder of root, such as /tmp', async () => {
    const shared = join(base, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    const env = { HOME: home, VOCALSTACK_CONFIG_DIR: join(shared, 'own') };
    expect((await asUser(logIn, env, 'a-key')).code).toBe(0);
    expect(existsSync(join(shared, 'own/config.json'))).toBe(true);
  });
});
