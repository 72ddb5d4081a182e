import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toCliError } from '../../src/core/errors';
import { type Locking, tryWithLock, withLock } from '../../src/store/lock';
import { pidSpace } from '../../src/store/lock-file';
import { type FakeClock, fakeClock } from '../../src/system/clock';
import { needs } from '../support/needs';
import { run } from '../support/run';
import { configFile, newConfigDir } from '../support/stored';
import { vaultFor } from '../support/vault';

/** A process ID that no process has. Reason: it is larger than every process ID on Linux. */
const NOBODY = 2 ** 23;
const HERE = 'host/boot/here';
const THERE = 'host/boot/there';
const { signal } = new AbortController();

function setUp() {
  const path = join(newConfigDir(), 'config.json.lock');
  const clock = fakeClock(Date.now());
  let ids = 0;
  const options: Locking = {
    ...{ path, clock, pid: process.pid, space: () => HERE },
    isAlive: (pid) => pid !== NOBODY,
    randomId: () => {
      ids += 1;
      return `id-${ids}`;
    },
  };
  return { path, clock, options };
}

/**
 * Waits for a lock, and advances the clock step by step.
 * @returns the error code, or `taken` if the lock was obtained
 */
async function waitFor(
  { clock, options }: { readonly clock: FakeClock; readonly options: Locking },
  onStep: () => void = () => undefined,
): Promise<string> {
  let code: string | undefined;
  const waiting = withLock({ ...options, signal }, () => undefined).then(
    () => {
      code = 'taken';
    },
    (error: unknown) => {
      code = toCliError(error).code;
    },
  );
  while (code === undefined) {
    await clock.advance(20);
    onStep();
  }
  await waiting;
  return code;
}

const setAge = (path: string, clock: FakeClock, ms: number) => {
  const seconds = (clock.now() - ms) / 1000;
  utimesSync(path, seconds, seconds);
};

describe('S72 a lock of another PID namespace, boot or host', () => {
  it('is respected, even if its process ID is not in use here', async () => {
    const given = setUp();
    writeFileSync(given.path, `${NOBODY} ${THERE} a`);
    setAge(given.path, given.clock, 0);
    const began = given.clock.monotonic();
    expect(await waitFor(given)).toBe('config_locked');
    expect(given.clock.monotonic() - began).toBeGreaterThanOrEqual(10_000);
    expect(readFileSync(given.path, 'utf8')).toBe(`${NOBODY} ${THERE} a`);
  });

  it('is removed if it is old and not renewed', async () => {
    const given = setUp();
    writeFileSync(given.path, `1 ${THERE} a`);
    setAge(given.path, given.clock, 31_000);
    const began = given.clock.monotonic();
    expect(await waitFor(given)).toBe('taken');
    expect(given.clock.monotonic() - began).toBeGreaterThanOrEqual(2000);
    expect(existsSync(given.path)).toBe(false);
  });

  it('is recognised by the host, the boot and the PID namespace', needs('proc'), () => {
    const [host, boot, namespace] = pidSpace().split('/');
    expect(host).not.toBe('');
    expect(boot).toMatch(/^[0-9a-f-]{36}$/);
    expect(namespace).toMatch(/^pid:\[\d+\]$/);
    expect(pidSpace()).toBe(pidSpace());
  });
});

describe('S72 a lock after a change of the clock', () => {
  it.each([3_600_000, -3_600_000])('by %i ms is not taken from a running process', async (jump) => {
    const given = setUp();
    writeFileSync(given.path, `${process.pid} ${HERE} a`);
    setAge(given.path, given.clock, jump);
    let renewed = 0;
    const outcome = await waitFor(given, () => {
      renewed += 1;
      if (renewed % 50 === 0) setAge(given.path, given.clock, jump - renewed);
    });
    expect(outcome).toBe('config_locked');
    expect(readFileSync(given.path, 'utf8')).toBe(`${process.pid} ${HERE} a`);
  });

  it('into the past is removed if its process does not renew it', async () => {
    const given = setUp();
    writeFileSync(given.path, `${process.pid} ${HERE} a`);
    setAge(given.path, given.clock, -3_600_000);
    expect(await waitFor(given)).toBe('taken');
  });

  it.each([0, 3_600_000, -3_600_000])(
    'by %i ms is removed after half a second if it is empty',
    async (age) => {
      const given = setUp();
      writeFileSync(given.path, '');
      setAge(given.path, given.clock, age);
      const began = given.clock.monotonic();
      expect(await waitFor(given)).toBe('taken');
      expect(given.clock.monotonic() - began).toBeGreaterThanOrEqual(500);
    },
  );

  it('is removed by a process that does not wait only after an hour', () => {
    const { path, clock, options } = setUp();
    const taken = () => {
      let isTaken = false;
      tryWithLock(options, () => {
        isTaken = true;
      });
      return isTaken;
    };
    writeFileSync(path, `${process.pid} ${HERE} a`);
    setAge(path, clock, 60_000);
    expect([taken(), taken()]).toEqual([false, false]);
    setAge(path, clock, 3_600_000);
    expect([taken(), taken()]).toEqual([false, true]);
  });
});

describe('S72 a process that holds a lock', () => {
  it('renews the time of the lock', async () => {
    const { path, clock, options } = setUp();
    await withLock({ ...options, signal }, (renew) => {
      setAge(path, clock, 50_000);
      renew();
      expect(Math.abs(clock.now() - statSync(path).mtimeMs)).toBeLessThan(10);
    });
    expect(existsSync(path)).toBe(false);
  });

  it('changes nothing if another process took the lock meanwhile', async () => {
    const { path, options } = setUp();
    let hasWritten = false;
    const late = withLock({ ...options, signal }, (renew) => {
      writeFileSync(path, `7 ${HERE} of-another`);
      renew();
      hasWritten = true;
    });
    await expect(late).rejects.toMatchObject({
      code: 'config_locked',
      hint: expect.stringContaining('Nothing was changed'),
    });
    expect(hasWritten).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe(`7 ${HERE} of-another`);
  });

  it('does not write the settings if it lost the lock', async () => {
    const configDir = newConfigDir();
    const vault = vaultFor({ configDir }, fakeClock(Date.now()), signal);
    await vault.update((config) => ({ ...config, settings: { lifetime: 20 } }));
    const late = vault.update((config) => {
      writeFileSync(`${configFile(configDir)}.lock`, '7  of-another');
      return { ...config, settings: { lifetime: 30 } };
    });
    await expect(late).rejects.toMatchObject({ code: 'config_locked' });
    expect((await vault.read()).settings).toEqual({ lifetime: 20 });
  });
});

describe('S72 a folder that another process removes', () => {
  it('is created again', async () => {
    const configDir = join(newConfigDir(), 'a');
    const vault = vaultFor({ configDir }, fakeClock(Date.now()), signal);
    await vault.requireWritable();
    const clock = fakeClock(Date.now());
    const update = vaultFor({ configDir }, clock, signal).update((config) => config);
    rmSync(configDir, { recursive: true });
    let isDone = false;
    void update.finally(() => {
      isDone = true;
    });
    while (!isDone) await clock.advance(20);
    await update;
    expect(readdirSync(configDir)).toEqual(['config.json']);
  });
});

describe('S72 a path of a lock that is not a regular file', () => {
  const kinds: readonly (readonly [string, (path: string) => void])[] = [
    ['a pipe', (path) => expect(spawnSync('mkfifo', [path]).status).toBe(0)],
    ['a folder', (path) => mkdirSync(path)],
    ['a link', (path) => symlinkSync('/dev/zero', path)],
  ];

  it.each(kinds)(
    'if it is %s, does not block config set and doctor, and both report it',
    async (_, make) => {
      const configDir = newConfigDir();
      const lock = `${configFile(configDir)}.lock`;
      make(lock);
      const result = await run('config set lifetime 20 --json', { configDir });
      expect(result.error()).toMatchObject({
        ...{ code: 'config_unsafe', exit: 3, hint: `rm -r ${lock}` },
        message: `${lock} is not safe for keys: it is not a regular file.`,
      });
      const { checks } = (await run('doctor --offline --json', { configDir })).json<{
        checks: readonly { id: string; result: string; fix?: string }[];
      }>();
      expect(checks.find(({ id }) => id === 'leftovers')).toMatchObject({
        ...{ result: 'fail', fix: `rm -r ${lock}` },
      });
    },
  );
});
