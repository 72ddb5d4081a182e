// @module-tag program

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { lockText, pidSpace } from '../../src/store/lock-file';
import { configDirEncrypted } from '../support/encrypted-profile';
import { needs } from '../support/needs';
import { configDirWith, configFile, newConfigDir } from '../support/stored';
import { envFor, errorIn, PROGRAM_VARIABLES, startShell } from './support/run-binary';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Runs a shell script. The script sets limits or redirects streams, and starts the program. */
const inShell = (script: string, env: Readonly<Record<string, string>> = {}, stdin = '') =>
  startShell('bash', script, {
    stdin,
    env: { ...PROGRAM_VARIABLES, ...envFor(sandbox), ...env },
  }).done;

/**
 * Script that limits the memory when scrypt begins. It leaves 64 MB, but scrypt needs 134 MB. With a lower or an earlier limit,
 * Node.js itself would abort.
 */
const LITTLE_MEMORY = `
  const crypto = require('node:crypto');
  const { readFileSync } = require('node:fs');
  const { execFileSync } = require('node:child_process');
  // Starts the worker threads of Node.js. Without memory for these threads, Node.js itself would abort.
  require('node:fs').stat('/', () => {});
  const { scrypt } = crypto;
  crypto.scrypt = (...args) => {
    const [, kilobytes] = /VmSize:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
    const bytes = (Number(kilobytes) + 64 * 1024) * 1024;
    execFileSync('prlimit', ['--pid', String(process.pid), '--as=' + bytes]);
    return scrypt(...args);
  };
`;

describe(
  'too little memory to derive a key from the passphrase',
  needs('proc', 'bash', 'prlimit', 'package'),
  () => {
    const PASSPHRASE = 'a long passphrase';
    const withLittle = (line: string, configDir: string, stdin = '') => {
      const limit = join(newConfigDir(), 'limit.cjs');
      writeFileSync(limit, LITTLE_MEMORY);
      // Without MALLOC_ARENA_MAX, the C library reserves 64 MB of address space for each thread, which counts towards the memory
      // limit.
      const own = { MALLOC_ARENA_MAX: '1', VOCALSTACK_PASSPHRASE: PASSPHRASE };
      const env = { ...own, VOCALSTACK_CONFIG_DIR: configDir };
      return inShell(
        `unset VOCALSTACK_API_KEY; exec $NODE -r ${limit} $BIN ${line}`,
        { ...env },
        stdin,
      );
    };
    const wanted = {
      ...{ code: 'not_enough_memory', exit: 3 },
      message: expect.stringContaining('needs about 174 MB'),
    };

    it('is reported by login, by commands that decrypt a key, and by doctor', async () => {
      const configDir = newConfigDir();
      const logIn = 'login --with-key --store passphrase --no-verify --json';
      const failed = await withLittle(logIn, configDir, 'a-key');
      expect(errorIn(failed)).toMatchObject(wanted);
      expect(readdirSync(configDir)).toEqual([]);
      const env = { VOCALSTACK_CONFIG_DIR: configDir, VOCALSTACK_PASSPHRASE: PASSPHRASE };
      expect((await inShell(`$NODE $BIN ${logIn}`, env, 'a-key')).code).toBe(0);
      expect(errorIn(await withLittle('mint --json', configDir))).toMatchObject(wanted);
      const doctor = await withLittle('doctor --offline --json', configDir);
      const { checks } = JSON.parse(doctor.out);
      expect(checks.find(({ id }: { id: string }) => id === 'key-store')).toMatchObject({
        result: 'fail',
        observed: expect.stringContaining('needs about 174 MB'),
      });
    });

    it('does not hide that a passphrase is wrong', async () => {
      const configDir = configDirEncrypted(sandbox, 'another passphrase');
      expect(errorIn(await withLittle('mint --json', configDir)).code).toBe('passphrase_wrong');
    });
  },
);

/** A limit for the number of open files. Every command can start with this limit, but soon reaches it. */
const FILES = 40;

describe('a low limit of open files', needs('bash'), () => {
  it.each([
    'mint --json',
    'config set lifetime 20 --json',
    // This command starts another process, for which it opens pipes.
    'login --with-key --store keychain --no-verify --json',
  ])('is reported by vstoken %s', async (line) => {
    const runWith = (limit: number) =>
      inShell(
        `ulimit -n ${limit}; exec $NODE $BIN ${line}`,
        { VOCALSTACK_CONFIG_DIR: newConfigDir() },
        'a-key-of-a-test',
      );
    const isShort = ({ err }: { readonly err: string }) => /too_many_open_files/.test(err);
    let limit = FILES;
    let last = await runWith(limit);
    const { code } = last;
    // Lowers the limit until the error occurs. Reason: the number of files that Node.js opens depends on its version.
    while (last.code === code && !isShort(last)) {
      limit -= 1;
      last = await runWith(limit);
    }
    expect(errorIn(last)).toMatchObject({ code: 'too_many_open_files', exit: 3 });
    expect(last.code).toBe(3);
  });
});

describe('standard input that is open only for writing', needs('bash'), () => {
  it.each([
    'login --with-key --store plaintext --no-verify --json',
    'test --token-stdin --json',
    'inspect --json',
  ])('is reported by vstoken %s', async (line) => {
    const env = { VOCALSTACK_CONFIG_DIR: newConfigDir() };
    const file = join(newConfigDir(), 'file');
    const result = await inShell(`exec $NODE $BIN ${line} 0>${file}`, env);
    expect(errorIn(result)).toMatchObject({
      ...{ code: 'stdin_unreadable', exit: 3 },
      message: 'Standard input could not be read: it is not open for this operation.',
    });
  });
});

describe('S72 a lock of the settings', () => {
  it(
    'of a writer in another PID namespace is not removed by doctor',
    needs('unshare', 'mounts'),
    async () => {
      const configDir = configDirWith(sandbox);
      const lock = `${configFile(configDir)}.lock`;
      writeFileSync(lock, lockText(process.pid, { space: pidSpace }, 'a'));
      const env = { VOCALSTACK_CONFIG_DIR: configDir };
      const leftovers = async (line: string) => {
        const { out } = await inShell(`exec ${line} $NODE $BIN doctor --offline --json`, env);
        const { checks } = JSON.parse(out);
        return checks.find(({ id }: { id: string }) => id === 'leftovers').result;
      };
      expect(await leftovers('unshare -rpf --mount-proc')).toBe('pass');
      expect(await leftovers('')).toBe('pass');
      writeFileSync(lock, lockText(2 ** 30, { space: pidSpace }, 'a'));
      expect(await leftovers('unshare -rpf --mount-proc')).toBe('pass');
      expect(await leftovers('')).toBe('warn');
    },
  );

  it('does not stay behind on a full disk', needs('mount', 'mounts'), async () => {
    const fill = 'dd if=/dev/zero of=/mnt/fill bs=4k count=9 2>/dev/null';
    const set = '$NODE $BIN config set lifetime 20 --json';
    const script = `mount -t tmpfs -o size=8k tmpfs /mnt; mkdir -m 700 /mnt/c; ${fill}; export VOCALSTACK_CONFIG_DIR=/mnt/c; ${set}; ls -A /mnt/c`;
    const result = await inShell(`unshare -rm bash -c '${script}'`);
    expect(errorIn(result).code).toBe('config_unwritable');
    expect(result.out).toBe('');
  });
});
