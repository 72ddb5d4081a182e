import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envFor, startBinary, startShell } from './support/run-binary';
import { startService } from './support/service';

let folder: string;
let pipe: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstoken-blocked-'));
  pipe = join(folder, 'pipe');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

const NOBODY = ['--api-server', 'http://127.0.0.1:9'];

describe('blocked input and output', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'S49 output that nobody reads does not keep vstoken running after a %s',
    async (signal) => {
      const service = await startService();
      const program = startBinary(['mint', '--count', '10000', '--concurrency', '16', '--json'], {
        env: envFor(service),
        isUnread: true,
      });
      await program.meanwhile(service.until(() => service.counts.mints >= 200));
      const ended = once(program.child, 'exit');
      program.child.kill(signal);
      expect(await ended).toEqual([signal === 'SIGINT' ? 130 : 143, null]);
      program.readOn();
      expect((await program.done).out).toMatch(/^(\{.*\}\n)*[^\n]*$/);
      await service.close();
    },
  );

  it('S43 a key file that is a pipe without a writer causes a timeout', async () => {
    const { code, err } = await startBinary(['mint', '--timeout', '300ms', ...NOBODY], {
      env: { VOCALSTACK_API_KEY_FILE: pipe },
    }).done;
    expect({ code, err }).toEqual({ code: 6, err: expect.stringContaining('timeout') });
  });

  it('S43 such a key file also causes a timeout if each token has its own timeout', async () => {
    const { code } = await startBinary(['mint', '--count', '2', '--timeout', '300ms', ...NOBODY], {
      env: { VOCALSTACK_API_KEY_FILE: pipe },
    }).done;
    expect(code).toBe(6);
  });

  it('S49 a signal ends the wait for such a key file', async () => {
    const program = startBinary(['mint', '--json', ...NOBODY], {
      env: { VOCALSTACK_API_KEY_FILE: pipe },
    });
    const writer = await program.meanwhile(open(pipe, 'w'));
    program.child.kill('SIGTERM');
    const { code, err } = await program.done;
    expect({ code, err }).toEqual({ code: 143, err: expect.stringContaining('"terminated"') });
    await writer.close();
  });

  it('a key can be read from a process substitution', async () => {
    const line = `VOCALSTACK_API_KEY_FILE=<(echo a-key) vstoken mint ${NOBODY.join(' ')}`;
    const { err } = await startShell('bash', line).done;
    expect(err).toContain('connection_refused');
  });

  it('a passphrase can be read from a process substitution, although the file is opened twice', async () => {
    const line =
      'VOCALSTACK_PASSPHRASE_FILE=<(echo a long passphrase) vstoken login --with-key --no-verify --store passphrase';
    const { code, err } = await startShell('bash', line, {
      stdin: 'a-key',
      env: { VOCALSTACK_CONFIG_DIR: join(folder, 'settings') },
    }).done;
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('an audio file that is a pipe is rejected', async () => {
    const { code, err } = await startBinary(['test', '--sandbox', '--file', pipe]).done;
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('audio_file_unusable') });
  });
});
