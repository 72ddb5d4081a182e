import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureProgram } from '../../src/system/capture-program';
import { fakeClock } from '../../src/system/clock';
import { findProgram } from '../../src/system/find-program';
import { spawnOf } from '../../src/system/run-program';
import { needs } from '../support/needs';
import { errorIn, runBinary, startBinary } from './support/run-binary';
import { type Service, startService } from './support/service';

let service: Service;
let folder: string;
beforeAll(async () => {
  service = await startService();
  folder = mkdtempSync(join(tmpdir(), 'vstoken-key-command-'));
  // The child process ignores SIGTERM, which vstoken sends first. So vstoken must end it with SIGKILL.
  const child = `trap '' TERM; echo $$ >"$PIDS"; while :; do sleep 0.1; done`;
  writeFileSync(
    join(folder, 'waits'),
    `#!/bin/sh\n(sh -c '${child.replaceAll("'", "'\\''")}') &\nwait\n`,
  );
  chmodSync(join(folder, 'waits'), 0o755);
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

/** Waits until the child process has written its process id to a file. Returns the process id. */
async function pidIn(path: string): Promise<number> {
  for (;;) {
    const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
    if (text !== '') return Number(text);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Whether a process is running. A zombie (Z) is not running: it has ended, but stays in /proc until its parent reads its exit
 * code.
 */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^Z/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
}

describe('S76 S49 the command that prints the key', needs('proc'), () => {
  it('is killed after its timeout, with all that it has started', async () => {
    const clock = fakeClock();
    const pids = join(folder, 'pids-timeout');
    const running = captureProgram(
      { command: join(folder, 'waits'), args: [], env: { ...process.env, PIDS: pids } },
      { signal: new AbortController().signal, patienceMs: 10_000, maxBytes: 100 },
      {
        ...{ platform: process.platform, clock, home: folder },
        spawn: await spawnOf(process.platform),
        kill: process.kill.bind(process),
      },
    );
    const pid = await pidIn(pids);
    await clock.advance(9999);
    expect(isRunning(pid)).toBe(true);
    await clock.advance(1);
    await clock.advance(500);
    expect((await running).end).toEqual({ kind: 'timeout' });
    await untilGone(pid);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is killed at %s, with all that it has started',
    async (name) => {
      const pids = join(folder, `pids-${name}`);
      const env = {
        ...{ VOCALSTACK_API_KEY_COMMAND: join(folder, 'waits'), PIDS: pids },
        VOCALSTACK_API_SERVER: service.url,
      };
      const running = startBinary(['mint'], { env });
      const pid = await running.meanwhile(pidIn(pids));
      running.child.kill(name);
      const { code, out } = await running.done;
      expect({ code, out }).toEqual({ code: name === 'SIGINT' ? 130 : 143, out: '' });
      await untilGone(pid);
    },
  );
});

describe('S36 S76 a .env file in the working directory', () => {
  it('sets no command that prints the key', async () => {
    const cwd = mkdtempSync(join(folder, 'project-'));
    const ran = join(cwd, 'ran');
    for (const name of ['.env', '.env.local', '.vstokenrc']) {
      writeFileSync(join(cwd, name), `VOCALSTACK_API_KEY_COMMAND=/usr/bin/touch ${ran}\n`);
    }
    const env = { VOCALSTACK_API_SERVER: service.url };
    for (const line of ['mint --json', 'status --check --json', 'doctor --offline --json']) {
      const { code, out, err } = await runBinary(line.split(' '), { env, cwd });
      expect(code).not.toBe(0);
      expect(out + err).toContain('no API key');
    }
    expect(existsSync(ran)).toBe(false);
    const { err } = await runBinary(['mint', '--json'], { env, cwd });
    expect(errorIn({ err }).code).toBe('no_key');
  });
});

describe('a program on Windows', () => {
  const there = [
    'C:\\Tools\\op.EXE',
    'C:\\Tools\\aws.CMD',
    'x\\node_modules\\.bin\\op.EXE',
    'op.EXE',
  ];
  const find = (name: string, Path: string) =>
    findProgram(name, { Path, PATHEXT: '.EXE;.CMD' }, 'win32', (path) => there.includes(path));

  it('is found with its extension, and only in absolute folders of PATH', () => {
    expect(find('op', '.;;x\\node_modules\\.bin;C:\\Tools').path).toBe('C:\\Tools\\op.EXE');
    expect(find('aws', 'C:\\Tools').path).toBe('C:\\Tools\\aws.CMD');
    expect(find('op.exe', 'C:\\Tools').path).toBe(null);
    expect(find('C:\\Tools\\op', '').path).toBe('C:\\Tools\\op.EXE');
    expect(find('op', '.')).toEqual({ path: null, isElsewhere: true });
    expect(find('nothing', 'C:\\Tools')).toEqual({ path: null, isElsewhere: false });
  });
});
