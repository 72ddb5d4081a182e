import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { homeOfSystem } from '../../src/store/home';
import { openLedger } from '../../src/store/open-ledger';
import { openVault } from '../../src/store/open-vault';
import { systemClock } from '../../src/system/clock';
import { envFor, type RunOptions, run } from '../support/run';
import { storedIn } from '../support/stored';

/** A user ID that no user of the test machine has. */
const ANOTHER = 3_999_999_999;

let sandbox: RunningSandbox;
let base: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  base = mkdtempSync(join(tmpdir(), 'vstoken-location-'));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(base, { recursive: true });
});

let home: string;
let options: RunOptions;
beforeEach(() => {
  home = mkdtempSync(join(base, 'home-'));
  const configDir = join(home, '.config/vstoken');
  options = { home, configDir, env: envFor(sandbox), owner: ANOTHER };
});

const LOG_IN = 'login --with-key --store plaintext --no-verify --json';
const notesIn = (err: string) => err.match(/^note:/gm)?.length ?? 0;

describe('S70 a home folder of another user', () => {
  it.each([LOG_IN, 'config set lifetime 9s --json'])('is rejected by %s', async (line) => {
    const result = await run(line, { ...options, stdin: 'a-key' });
    expect(result.code).toBe(3);
    expect(result.error()).toMatchObject({
      code: 'config_unsafe',
      message: expect.stringContaining('belongs to another user'),
      hint: expect.stringContaining('Set HOME to the home directory of this user'),
    });
    expect(readdirSync(home)).toEqual([]);
  });

  it.each([
    ['mint', {}, 1],
    ['mint --count 3', {}, 1],
    ['exec -- true', {}, 1],
    ['mint --quiet', {}, 0],
    ['mint', { CI: 'true' }, 0],
    ['mint --sandbox --quiet', {}, 0],
    ['test --mode read', {}, 1],
  ])(
    'does not prevent vstoken %s with %j, and causes at most one note',
    async (line, more, notes) => {
      const env = { ...options.env, PATH: process.env['PATH'], ...more };
      const { code, err } = await run(line, { ...options, env });
      expect({ code, notes: notesIn(err.replace(/\n {2,}/g, ' ')) }).toEqual({ code: 0, notes });
      if (notes > 0) expect(err.replace(/\s+/g, ' ')).toContain('Minted tokens are not recorded.');
      expect(readdirSync(home)).toEqual([]);
    },
  );

  it('keeps its files of killed processes', async () => {
    const configDir = join(home, '.config/vstoken');
    mkdirSync(configDir, { recursive: true });
    writeFileSync(join(configDir, 'config.json.tmp-1'), 'left behind');
    const { code, error } = await run('logout --all --json', { ...options, configDir });
    expect({ code, error: error().code }).toEqual({ code: 3, error: 'config_unsafe' });
    expect(readdirSync(configDir)).toEqual(['config.json.tmp-1']);
  });

  it('is the reason that inspect shows for an unknown token', async () => {
    const { out } = await run('inspect --json --token-stdin', { ...options, stdin: 'a-token' });
    expect(out).toContain('belongs to another user');
  });

  it('is allowed on a system without owners, such as Windows', async () => {
    const windows = { ...options, owner: null };
    expect((await run(LOG_IN, { ...windows, stdin: 'a-key' })).code).toBe(0);
    expect(storedIn(join(home, '.config/vstoken')).profile).toBe('default');
    const { code, err } = await run('mint', windows);
    expect({ code, notes: notesIn(err) }).toEqual({ code: 0, notes: 0 });
    expect(readdirSync(join(home, '.config/vstoken')).sort()).toEqual([
      'config.json',
      'ledger.jsonl',
    ]);
  });
});

describe('S70 a home folder that is not absolute', () => {
  /** Returns parts of the context with a fake process that has no user IDs, like a process on Windows. */
  const outside = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform) => {
    const node = { env, platform, execPath: process.execPath, pid: process.pid };
    return { node: node as NodeJS.Process, clock: systemClock(), isAlive: () => true };
  };
  const { signal } = new AbortController();

  it.each<[NodeJS.Platform, NodeJS.ProcessEnv]>([
    ['win32', { APPDATA: 'Roaming' }],
    ['win32', { VOCALSTACK_CONFIG_DIR: '~\\vs' }],
    ['linux', { HOME: '.' }],
    ['darwin', { HOME: 'ada' }],
  ])('has no settings and no ledger: %s with %j', async (platform, env) => {
    const vault = await openVault({ ...outside(env, platform), signal });
    const unsafe = { code: 'config_unsafe' };
    for (const task of [
      () => vault.read(),
      () => vault.locate(),
      () => vault.update((config) => config),
      () => vault.requireWritable(),
      () => vault.withSignal(signal).discard(),
    ])
      await expect(task()).rejects.toMatchObject(unsafe);
    vault.markUsed('default');
    expect(await vault.lastUsed('default')).toBeNull();
    expect((await vault.report()).fault).toMatchObject(unsafe);
    const ledger = await openLedger({ ...outside(env, platform), vault });
    expect(await ledger.whyUnwritable()).toContain('is not an absolute path');
    expect(await ledger.whyOff()).toBe('unreadable');
    expect(await ledger.flush()).toBeNull();
  });

  it('does not mean a Windows path with a drive, whose settings are found', async () => {
    const env = { APPDATA: home };
    const vault = await openVault({ ...outside(env, 'win32'), signal });
    expect(await vault.locate()).toBe(`${home}\\vstoken/config.json`);
  });

  it("is not used if HOME is empty: then the system's home folder is used", () => {
    const before = process.env['HOME'];
    try {
      process.env['HOME'] = '';
      expect(homeOfSystem()).toMatch(/^([A-Z]:\\|\/)/);
    } finally {
      if (before === undefined) delete process.env['HOME'];
      else process.env['HOME'] = before;
    }
  });
});
