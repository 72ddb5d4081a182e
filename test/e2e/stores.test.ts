import { spawnSync } from 'node:child_process';
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/core/config-file';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { needs } from '../support/needs';
import { configDirWith, configFile, storedIn } from '../support/stored';
import {
  errorIn,
  PROGRAM_VARIABLES,
  ROOT,
  runBinary,
  start,
  startShell,
} from './support/run-binary';

let base: string;
let sandbox: RunningSandbox;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'vstoken-stores-'));
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(base, { recursive: true });
});

const inFolder = (folder: string) => ({ DIR: folder, VOCALSTACK_CONFIG_DIR: folder });
const LOG_IN = ['login', '--with-key', '--store', 'plaintext', '--no-verify'];

describe('S13 many logins at once', () => {
  it('lose no key, with four processes and fifty profiles each', async () => {
    const configDir = join(base, 'many');
    const entry = join(ROOT, 'dist/entry.js');
    const program = `
      const { main, createNodeContext } = require(${JSON.stringify(entry)});
      (async () => {
        const context = createNodeContext(process);
        const stdin = { isTerminal: false, read: async () => 'a-key' };
        const io = { ...context.io, stdin };
        for (let index = 0; index < 50; index += 1) {
          const line = [...${JSON.stringify(LOG_IN)}, '-q', '--profile', process.argv[1] + index];
          const code = await main(line, { ...context, io });
          if (code !== 0) { process.exitCode = code; return; }
        }
      })();`;
    const env = { ...process.env, VOCALSTACK_CONFIG_DIR: configDir };
    const { spawn } = await import('node:child_process');
    const codes = await Promise.all(
      ['a', 'b', 'c', 'd'].map(
        (name) =>
          new Promise((resolve) => {
            const child = spawn(process.execPath, ['-e', program, name], { env, stdio: 'ignore' });
            child.on('close', resolve);
          }),
      ),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(Object.keys(storedIn(configDir).profiles)).toHaveLength(200);
    expect(readdirSync(configDir)).toEqual(['config.json']);
  });
});

describe('S14 a writer that is killed', () => {
  it('does not overwrite a file in place, not even in a terminal installed as a snap', async () => {
    const configDir = configDirWith(sandbox);
    const before = statSync(configFile(configDir)).ino;
    const env = { VOCALSTACK_CONFIG_DIR: configDir, SNAP: '/snap/code/1' };
    expect((await runBinary(['config', 'set', 'lifetime', '9s'], { env })).code).toBe(0);
    expect(statSync(configFile(configDir)).ino).not.toBe(before);
  });

  it('leaves readable settings each time, and the next writer removes its temporary files', async () => {
    const configDir = configDirWith(sandbox);
    const entry = JSON.stringify(join(ROOT, 'dist/entry.js'));
    const writing = `
      const { main, createNodeContext } = require(${entry});
      (async () => {
        for (let index = 1; ; index = (index % 120) + 1) {
          await main(['config', 'set', 'lifetime', index + 's', '-q'], createNodeContext(process));
        }
      })();`;
    for (let round = 0; round < 40; round += 1) {
      const program = start(process.execPath, ['-e', writing], {
        env: { VOCALSTACK_CONFIG_DIR: configDir },
      });
      // The program now writes again and again, so the kill occurs at a random moment of a write.
      await program.untilOut(/s\n/);
      program.child.kill('SIGKILL');
      await program.done;
      const text = readFileSync(configFile(configDir), 'utf8');
      expect(Object.keys(parseConfig(text, 'it').profiles)).toEqual(['default']);
    }
    const env = { VOCALSTACK_CONFIG_DIR: configDir };
    writeFileSync(`${configFile(configDir)}.tmp-1234567890abcdef`, 'left behind');
    expect((await runBinary(['config', 'set', 'lifetime', '99s'], { env })).code).toBe(0);
    expect(storedIn(configDir).settings).toEqual({ lifetime: 99 });
    expect(readdirSync(configDir)).toEqual(['config.json']);
  });
});

describe('S12 settings that cannot be written', needs('mount', 'mounts'), () => {
  const inNamespace = (script: string, configDir: string) =>
    startShell('bash', `unshare -rm bash -c '${script}'`, {
      stdin: 'another-key',
      env: {
        DIR: configDir,
        ...PROGRAM_VARIABLES,
        VOCALSTACK_CONFIG_DIR: configDir,
      },
    }).done;
  const logIn = '$NODE $BIN login --with-key --store plaintext --no-verify --json';

  it.each([
    [
      'on a full disk',
      `mount -t tmpfs -o size=8k tmpfs /mnt; mkdir -m 700 /mnt/c; cp -p $DIR/config.json /mnt/c/; dd if=/dev/zero of=/mnt/fill bs=4k count=9 2>/dev/null; export VOCALSTACK_CONFIG_DIR=/mnt/c; ${logIn}; code=$?; cat /mnt/c/config.json; exit $code`,
      'the disk is full',
    ],
    [
      'on a read-only file system',
      `mount --bind $DIR $DIR; mount -o remount,ro,bind $DIR; ${logIn}; code=$?; cat $DIR/config.json; exit $code`,
      'read-only',
    ],
  ])('keep the old key working, %s', async (_how, script, reason) => {
    const configDir = configDirWith(sandbox);
    const before = readFileSync(configFile(configDir), 'utf8');
    const result = await inNamespace(script, configDir);
    expect({ code: result.code, out: result.out }).toEqual({ code: 3, out: before });
    expect(errorIn(result)).toMatchObject({
      code: 'config_unwritable',
      message: expect.stringContaining(reason),
    });
  });
});

describe('S10 S12 S14 a settings file that is a mount point', needs('mount', 'mounts'), () => {
  /** Runs a script as root of a mount namespace in which another file is mounted over the settings file. */
  async function mounted(script: string, { content = '', mode = 0o600, how = '' } = {}) {
    const configDir = configDirWith(sandbox);
    const source = join(mkdtempSync(join(base, 'mounted-')), 'source.json');
    writeFileSync(source, content || readFileSync(configFile(configDir)), { mode });
    const { ino } = statSync(source);
    const result = await startShell(
      'bash',
      `unshare -rm bash -c 'mount --bind $SOURCE $DIR/config.json; ${how} ${script}'`,
      {
        stdin: 'another-key',
        env: {
          SOURCE: source,
          DIR: configDir,
          ...PROGRAM_VARIABLES,
          VOCALSTACK_CONFIG_DIR: configDir,
        },
      },
    ).done;
    const { mode: after, ino: place } = statSync(source);
    expect({ place, mode: after & 0o777 }).toEqual({ place: ino, mode });
    // The mount covered the real settings file. It must be unchanged, and its folder must contain no other file.
    expect(storedIn(configDir).profiles.default.key).toBe(sandbox.apiKey);
    expect(readdirSync(configDir)).toEqual(['config.json']);
    return { ...result, source: readFileSync(source, 'utf8') };
  }

  it('is overwritten in place, with longer and with shorter content', async () => {
    const longer = await mounted('$NODE $BIN login --with-key --store plaintext --no-verify -q');
    expect({ code: longer.code, err: longer.err }).toEqual({ code: 0, err: longer.err });
    expect(parseConfig(longer.source, 'it').profiles['default']?.key).toBe('another-key');
    const shorter = await mounted('$NODE $BIN logout -q');
    expect(shorter.code).toBe(0);
    expect(parseConfig(shorter.source, 'it').profiles).toEqual({});
    expect(shorter.source).not.toContain(sandbox.apiKey);
    expect(shorter.source.trimEnd()).toBe(shorter.source);
  });

  it('is overwritten in place if there is no /proc to list the mounts', async () => {
    const { code, source } = await mounted('$NODE $BIN config set lifetime 9s -q', {
      how: 'mount -t tmpfs tmpfs /proc;',
    });
    expect(code).toBe(0);
    expect(parseConfig(source, 'it').settings).toEqual({ lifetime: 9 });
  });

  it('is written by four processes at once, without loss', async () => {
    const { code, source } = await mounted(
      'for n in 1 2 3 4; do echo key-$n | $NODE $BIN login --with-key --store plaintext --no-verify -q --profile p$n & done; wait',
    );
    expect(code).toBe(0);
    expect(Object.keys(parseConfig(source, 'it').profiles).sort()).toEqual([
      'default',
      'p1',
      'p2',
      'p3',
      'p4',
    ]);
  });

  it('is emptied instead of removed if it is damaged', async () => {
    const content = `{"version":1,"profiles":{"default":{"key":"${sandbox.apiKey}"`;
    const { code, source } = await mounted('$NODE $BIN logout --all -q', { content });
    expect(code).toBe(0);
    expect(parseConfig(source, 'it').profiles).toEqual({});
    expect(source).not.toContain(sandbox.apiKey);
  });

  it.each([
    ['read-only', { how: 'mount -o remount,ro,bind $DIR/config.json;' }, 'config_unwritable'],
    ['open to others', { mode: 0o644 }, 'config_unsafe'],
    ['damaged', { content: '{"version":1,' }, 'config_corrupt'],
  ])('is refused, like any other file, if it is %s', async (_how, more, error) => {
    const script = 'cat $SOURCE; $NODE $BIN config set lifetime 9s --json >/dev/null';
    const result = await mounted(script, more);
    expect({ code: result.code, error: errorIn(result).code }).toEqual({ code: 3, error });
    expect(result.source).toBe(result.out);
  });

  it('is unchanged if the disk is full', async () => {
    const settings = { of_a_later_program: 'x'.repeat(3900) };
    const content = JSON.stringify({ version: 1, settings, profile: 'default', profiles: {} });
    const key = 'k'.repeat(200);
    const result = await startShell(
      'bash',
      `unshare -rm bash -c 'mount -t tmpfs -o size=8k tmpfs /mnt; printf %s $CONTENT > /mnt/s; chmod 600 /mnt/s
        dd if=/dev/zero of=/mnt/fill bs=4k 2>/dev/null; mount --bind /mnt/s $DIR/config.json
        for n in 1 2 3; do echo $KEY | $NODE $BIN login --with-key --store plaintext --no-verify --json >/dev/null; code=$?; done
        cat $DIR/config.json; exit $code'`,
      {
        env: {
          CONTENT: content,
          KEY: key,
          ...inFolder(configDirWith(sandbox)),
          ...PROGRAM_VARIABLES,
        },
      },
    ).done;
    expect({ code: result.code, out: result.out }).toEqual({ code: 3, out: content });
    expect(errorIn(result)).toMatchObject({
      code: 'config_unwritable',
      message: expect.stringContaining('the disk is full'),
    });
  });
});

describe('S9 settings of another user', () => {
  it('are refused', needs('root'), async () => {
    const configDir = configDirWith(sandbox);
    chownSync(configFile(configDir), 12_345, 12_345);
    const result = await runBinary(['mint', '--json'], {
      env: { VOCALSTACK_CONFIG_DIR: configDir },
    });
    expect(result.code).toBe(3);
    expect(errorIn(result)).toMatchObject({
      code: 'config_unsafe',
      message: expect.stringContaining('another user'),
    });
  });
});

describe('a user without a home', () => {
  it(
    'has no settings, and an error says where they could be',
    needs('root', 'setpriv'),
    async () => {
      const vstoken = (line: string, env = '') =>
        startShell(
          'bash',
          `exec env -u HOME ${env} setpriv --reuid 54321 --clear-groups "$NODE" $BIN ${line}`,
          {
            env: { ...PROGRAM_VARIABLES },
          },
        ).done;
      const status = await vstoken('status --json');
      expect({ code: status.code, error: errorIn(status).code }).toEqual({
        code: 4,
        error: 'no_key',
      });
      const set = await vstoken('config set lifetime 9s --json');
      expect(errorIn(set)).toMatchObject({
        code: 'config_unwritable',
        hint: expect.stringContaining('VOCALSTACK_CONFIG_DIR'),
      });
    },
  );
});

describe('S18 without the optional keychain package', needs('package'), () => {
  it('everything works except the keychain, and the error names the missing package', async () => {
    const copy = join(base, 'package');
    mkdirSync(copy);
    for (const name of ['bin', 'dist']) spawnSync('cp', ['-r', join(ROOT, name), copy]);
    const vstoken = (args: readonly string[], env = {}, stdin = '') =>
      startShell('bash', `exec "$NODE" $BIN ${args.join(' ')}`, {
        stdin,
        env: { NODE: process.execPath, BIN: join(copy, 'bin/vstoken.js'), ...env },
      }).done;
    expect((await vstoken(['--version'])).code).toBe(0);
    expect((await vstoken(['--help'])).code).toBe(0);
    const env = { VOCALSTACK_API_SERVER: sandbox.url };
    expect((await vstoken(['mint'], { ...env, VOCALSTACK_API_KEY: sandbox.apiKey })).code).toBe(0);
    const login = await vstoken(['login', '--with-key', '--json'], env, sandbox.apiKey);
    expect(errorIn(login)).toMatchObject({
      code: 'no_key_store',
      message: expect.stringContaining('@napi-rs/keyring'),
    });
  });
});

describe('the secrets in the stores', () => {
  it(
    'S19 are not in the arguments or the environment of another process',
    needs('bash', 'strace'),
    async () => {
      const trace = join(base, 'trace');
      writeFileSync(trace, '');
      const key = 'CanaryKey-0123456789';
      const line = `strace -f -qq -s 4096 -v -e trace=execve -o ${trace} "$NODE" $BIN login --with-key --store keychain`;
      const { code } = await startShell('bash', line, {
        stdin: key,
        env: {
          ...PROGRAM_VARIABLES,
          VOCALSTACK_API_KEY: key,
          VOCALSTACK_CONFIG_DIR: join(base, 'traced'),
        },
      }).done;
      expect(code).toBe(3);
      const children = readFileSync(trace, 'utf8')
        .split('\n')
        .filter((text) => /keychain\.js|helper:keychain/.test(text));
      expect(children).toHaveLength(1);
      expect(children.join('\n')).not.toContain(key);
      expect(children.join('\n')).toContain('PATH=');
    },
  );
});
