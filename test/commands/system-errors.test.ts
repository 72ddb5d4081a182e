import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context/context';
import type { Files } from '../../src/context/files';
import { networkError } from '../../src/network/errors';
import { startSandbox } from '../../src/sandbox/index';
import { pruneLedger } from '../../src/store/prune-ledger';
import { fakeClock } from '../../src/system/clock';
import { envFor, run } from '../support/run';
import { newConfigDir } from '../support/stored';

const systemError = (code: string) =>
  Object.assign(new Error(`${code}: it failed, open '/secret-place'`), { code });

const failing =
  (method: keyof Files, code: string) =>
  (built: Context): Context => ({
    ...built,
    files: {
      ...built.files,
      [method]: async () => {
        throw systemError(code);
      },
    },
  });

describe('S22 an error of the system is reported by its code, without its text', () => {
  it.each([
    ['ENOENT', 'key_file_unreadable', 'there is no such file'],
    ['EISDIR', 'key_file_unreadable', 'it is a folder'],
    ['EIO', 'key_file_unreadable', 'the disk or device has an error'],
    ['ESOMETHING', 'key_file_unreadable', 'the system reports ESOMETHING'],
    ['EMFILE', 'too_many_open_files', 'Too many open files and connections'],
    ['ENFILE', 'too_many_open_files', 'Too many open files and connections'],
    ['ENOMEM', 'not_enough_memory', 'The system has no free memory'],
  ])('%s for a key file', async (code, wanted, says) => {
    const env = { VOCALSTACK_API_KEY_FILE: '/key' };
    const result = await run('mint --json', { env, context: failing('readText', code) });
    expect(result.error()).toMatchObject({ code: wanted, exit: 3 });
    expect(result.error().message).toContain(says);
    expect(result.err).not.toContain('secret-place');
  });

  it.each([
    ['ENOSPC', 'output_unwritable', 'the disk is full'],
    ['EROFS', 'output_unwritable', 'the file system is read-only'],
    ['EMFILE', 'too_many_open_files', 'Too many open files and connections'],
  ])('%s for a report', async (code, wanted, says) => {
    const sandbox = await startSandbox();
    const options = {
      ...{ env: envFor(sandbox), configDir: newConfigDir(), nodeVersion: process.versions.node },
      context: failing('openText', code),
    };
    const result = await run('test --mode read --json --report junit=/a.xml', options);
    await sandbox.close();
    expect(result.error()).toMatchObject({ code: wanted, exit: 3 });
    expect(result.error().message).toContain(says);
    const doctor = await run('doctor --offline --json --output /a.txt', options);
    expect(doctor.error()).toMatchObject({ code: wanted });
    expect(doctor.error().message).toContain(says);
  });

  it.each(['EMFILE', 'ENFILE'])('%s for a connection, without blaming the server', (code) => {
    expect(networkError(systemError(code), 'host').code).toBe('too_many_open_files');
  });
});

describe('S72 a pipe with the name of the new ledger', () => {
  it('does not block the program', () => {
    const path = join(newConfigDir(), 'ledger.jsonl');
    writeFileSync(path, 'a line\n');
    expect(spawnSync('mkfifo', [`${path}.tmp`]).status).toBe(0);
    const locking = {
      ...{ clock: fakeClock(), pid: 1, space: () => '', isAlive: () => true },
      randomId: () => 'id',
    };
    expect(() => pruneLedger(path, locking)).toThrow('ENXIO');
  });
});
