import { createHash } from 'node:crypto';
import fs, {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Environment } from '../../src/core/environment';
import { LINE_BYTES, type Minting, type Use } from '../../src/core/ledger-lines';
import { secret } from '../../src/core/secret';
import { pruneLedger } from '../../src/store/prune-ledger';
import { fakeClock } from '../../src/system/clock';
import { anyText, fc } from '../support/properties';
import { newConfigDir } from '../support/stored';
import { ledgerFor, vaultFor } from '../support/vault';

const HOUR_MS = 3_600_000;
const signal = new AbortController().signal;
const ledgerFile = (folder: string) => join(folder, 'ledger.jsonl');
const linesIn = (folder: string) =>
  readFileSync(ledgerFile(folder), 'utf8').split('\n').slice(0, -1);

function ledgerIn(configDir: string, clock = fakeClock(), env: Environment = {}) {
  return ledgerFor({ configDir, env }, clock, vaultFor({ configDir }, clock, signal));
}

const mintingAt = (ms: number): Minting => ({
  at: new Date(ms).toISOString(),
  command: 'mint',
  profile: null,
  api_server: 'https://api.vocalstack.com',
  access: 'readonly',
  lifetime_s: 10,
  one_time: true,
  expires_at: new Date(ms + 10_000).toISOString(),
});
const useAt = (ms: number): Use => ({
  at: new Date(ms).toISOString(),
  command: 'test',
  api_server: 'https://api.vocalstack.com',
  what: 'read',
  outcome: 'ok',
  http_status: null,
});

/** Records `count` tokens, and waits until they are written. The tokens are numbered from `first` on. */
async function mint(configDir: string, count: number, clock = fakeClock(), first = 0) {
  const ledger = ledgerIn(configDir, clock);
  for (let index = 0; index < count; index += 1) {
    ledger.minted(secret(`token-${first + index}`), mintingAt(clock.now()));
    if (index % 64 === 63) await ledger.flush();
  }
  await ledger.flush();
  return ledger;
}

const { renameSync: realRename, writeSync: realWrite } = fs;
afterEach(() => {
  Object.assign(fs, { renameSync: realRename, writeSync: realWrite });
  syncBuiltinESMExports();
});

/**
 * Calls `happens` directly before the next call of a system function. `happens` does what another process could do at that
 * moment.
 */
function justBefore(name: 'renameSync' | 'writeSync', happens: () => void): void {
  const real = fs[name] as (...args: unknown[]) => unknown;
  const hooked = (...args: unknown[]) => {
    Object.assign(fs, { [name]: real });
    syncBuiltinESMExports();
    happens();
    return real(...args);
  };
  Object.assign(fs, { [name]: hooked });
  syncBuiltinESMExports();
}

describe('the ledger', () => {
  it('says how a token was minted and used, also in another process', async () => {
    const folder = newConfigDir();
    const clock = fakeClock();
    const ledger = ledgerIn(folder, clock);
    const [minted, used] = [mintingAt(clock.now()), useAt(clock.now() + 1)];
    ledger.minted(secret('a-token'), minted);
    expect(await ledger.find(secret('a-token'))).toEqual({ minted, uses: [] });
    ledger.used(secret('a-token'), used);
    ledger.used(secret('from-elsewhere'), used);
    await ledger.flush();
    for (const one of [ledger, ledgerIn(folder, clock)]) {
      expect(await one.find(secret('a-token'))).toEqual({ minted, uses: [used] });
      expect(await one.find(secret('from-elsewhere'))).toEqual({ minted: null, uses: [used] });
      expect(await one.find(secret('another'))).toBeNull();
    }
  });

  it('has a line of JSON for each event, and can be read only by this user', async () => {
    const before = process.umask(0);
    try {
      const folder = join(newConfigDir(), 'made');
      await mint(folder, 2);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      expect(statSync(ledgerFile(folder)).mode & 0o777).toBe(0o600);
      chmodSync(ledgerFile(folder), 0o644);
      await mint(folder, 1);
      expect(statSync(ledgerFile(folder)).mode & 0o777).toBe(0o600);
      expect(linesIn(folder).map((line) => JSON.parse(line))).toEqual(
        [0, 1, 0].map(() => ({
          v: 1,
          event: 'minted',
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          ...mintingAt(fakeClock().now()),
          length: 7,
        })),
      );
    } finally {
      process.umask(before);
    }
  });

  it('contains the SHA-256 of a token, as other programs compute it', async () => {
    const folder = newConfigDir();
    const clock = fakeClock();
    const ledger = ledgerIn(folder, clock);
    const tokens = ['a', 'ä🙂', 'x'.repeat(8192), ...fc.sample(anyText(), 50)];
    for (const token of tokens) ledger.minted(secret(token), mintingAt(clock.now()));
    await ledger.flush();
    const written = linesIn(folder).map((line) => JSON.parse(line).sha256);
    expect(written).toEqual(
      tokens.map((token) => createHash('sha256').update(token).digest('hex')),
    );
  });

  it('is written after a second, and at once if many lines wait', async () => {
    const folder = newConfigDir();
    const clock = fakeClock();
    const ledger = ledgerIn(folder, clock);
    ledger.minted(secret('one'), mintingAt(clock.now()));
    await clock.advance(1000);
    expect(linesIn(folder)).toHaveLength(1);
    for (let index = 0; index < 64; index += 1) {
      ledger.minted(secret(`more-${index}`), mintingAt(clock.now()));
    }
    // Waits one turn of the event loop. The clock does not advance, so the timer of the ledger cannot be the reason for the
    // write.
    await new Promise((resolve) => setImmediate(resolve));
    expect(linesIn(folder)).toHaveLength(65);
    expect(clock.waiting().length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['in CI', { CI: '1' }, {}, 'ci'],
    ['by the setting', {}, { ledger: 'off' }, 'setting'],
    ['when the settings are damaged', {}, null, 'unreadable'],
  ])('is off %s', async (_how, env, settings, why) => {
    const folder = newConfigDir();
    const config = { version: 1, settings, profile: 'default', profiles: {} };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
    const ledger = ledgerIn(folder, fakeClock(), env);
    ledger.minted(secret('a-token'), mintingAt(0));
    await ledger.flush();
    expect(await ledger.whyOff()).toBe(why);
    expect(readdirSync(folder)).toEqual(['config.json']);
  });

  it('forgets everything that is older than a day', async () => {
    const folder = newConfigDir();
    const clock = fakeClock();
    await mint(folder, 1, clock);
    await clock.advance(24 * HOUR_MS);
    expect(await ledgerIn(folder, clock).find(secret('token-0'))).not.toBeNull();
    await clock.advance(1);
    expect(await ledgerIn(folder, clock).find(secret('token-0'))).toBeNull();
  });

  it('continues after a line that was cut short', async () => {
    const folder = newConfigDir();
    await mint(folder, 1);
    appendFileSync(ledgerFile(folder), '{"v":1,"at":"2026-11-24T10:00:00.000Z","event":"min');
    const ledger = await mint(folder, 1, fakeClock(), 1);
    for (const token of ['token-0', 'token-1']) {
      expect(await ledger.find(secret(token))).not.toBeNull();
    }
  });

  it('ignores lines that it did not write', async () => {
    const folder = newConfigDir();
    const ledger = await mint(folder, 1);
    const [line = ''] = linesIn(folder);
    const wrong = [
      { v: 2 },
      { at: 'yesterday' },
      { command: 1 },
      { profile: {} },
      { lifetime_s: '10' },
      { one_time: null },
      { event: 'else' },
    ];
    const lines = wrong.map((part) => JSON.stringify({ ...JSON.parse(line), ...part }));
    writeFileSync(
      ledgerFile(folder),
      `${lines.join('\n')}\nnull\n[]\n${JSON.parse(line).sha256}\n`,
    );
    expect(await ledger.find(secret('token-0'))).toBeNull();
  });
});

describe('the limits of the ledger', () => {
  it('are ten thousand lines, of which the newest eight thousand are kept', async () => {
    const folder = newConfigDir();
    const clock = fakeClock();
    const ledger = await mint(folder, 10_100, clock);
    const lines = linesIn(folder);
    expect(lines.length).toBeLessThanOrEqual(10_000);
    expect(lines.length).toBeGreaterThanOrEqual(8000);
    expect(lines.every((line) => line.length === LINE_BYTES - 1 && JSON.parse(line))).toBe(true);
    for (const index of [2101, 5000, 10_099]) {
      expect(await ledger.find(secret(`token-${index}`))).not.toBeNull();
    }
    expect(await ledger.find(secret('token-0'))).toBeNull();
    expect(readdirSync(folder)).toEqual(['ledger.jsonl']);
    expect(statSync(ledgerFile(folder)).mode & 0o777).toBe(0o600);
  });

  it('are one day: older lines are removed when the oldest is an hour older', async () => {
    const folder = newConfigDir();
    const clock = fakeClock();
    await mint(folder, 3, clock);
    await clock.advance(10 * HOUR_MS);
    await mint(folder, 2, clock);
    await clock.advance(15 * HOUR_MS);
    await mint(folder, 1, clock);
    expect(linesIn(folder)).toHaveLength(6);
    await clock.advance(1);
    await mint(folder, 1, clock);
    expect(linesIn(folder)).toHaveLength(4);
  });

  it('apply if the clock is set back by more than a day', async () => {
    const folder = newConfigDir();
    const clock = fakeClock();
    await mint(folder, 3, clock);
    clock.jump(-48 * HOUR_MS);
    await mint(folder, 1, clock);
    expect(linesIn(folder)).toHaveLength(1);
  });

  it('are not applied while another process holds the lock', async () => {
    const folder = newConfigDir();
    const clock = fakeClock();
    await mint(folder, 3, clock);
    writeFileSync(`${ledgerFile(folder)}.lock`, String(process.pid));
    await clock.advance(26 * HOUR_MS);
    await mint(folder, 1, clock);
    expect(linesIn(folder)).toHaveLength(4);
  });

  it('lose no line that is appended directly before the file is replaced', async () => {
    const folder = newConfigDir();
    const clock = fakeClock();
    await mint(folder, 3, clock);
    await clock.advance(26 * HOUR_MS);
    const line = `${JSON.stringify({ v: 1, at: new Date(clock.now()).toISOString() })}\n`;
    const { pid, isAlive } = vaultFor({}, clock, signal);
    justBefore('renameSync', () => appendFileSync(ledgerFile(folder), line.repeat(2)));
    pruneLedger(ledgerFile(folder), { clock, pid, space: () => '', isAlive, randomId: () => 'id' });
    expect(readFileSync(ledgerFile(folder), 'utf8')).toBe(line.repeat(2));
    expect(readdirSync(folder)).toEqual(['ledger.jsonl']);
  });

  it('lose no line that is appended to a file that was replaced', async () => {
    const folder = newConfigDir();
    justBefore('writeSync', () => renameSync(ledgerFile(folder), join(folder, 'old')));
    const ledger = await mint(folder, 1);
    expect(await ledger.find(secret('token-0'))).not.toBeNull();
    expect(readFileSync(join(folder, 'old'))).toEqual(readFileSync(ledgerFile(folder)));
  });
});

describe('only the ledger is disabled if its file is not safe or cannot be created', () => {
  it.each([
    ['the file is a link', (folder: string) => symlinkSync('target', ledgerFile(folder))],
    ['the file is a folder', (folder: string) => mkdirSync(ledgerFile(folder))],
    ['other users may write to the folder', (folder: string) => chmodSync(folder, 0o770)],
  ])('because %s', async (_how, prepare) => {
    const folder = newConfigDir();
    writeFileSync(join(folder, 'target'), 'as it was\n', { mode: 0o600 });
    prepare(folder);
    const before = readdirSync(folder);
    const ledger = await mint(folder, 1);
    expect(await ledger.find(secret('token-0'))).toBeNull();
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('as it was\n');
    expect(readdirSync(folder)).toEqual(before);
  });

  it('because the folder does not exist and cannot be created', async () => {
    await expect(mint('/proc/vstoken', 1)).resolves.toBeDefined();
    const folder = newConfigDir();
    writeFileSync(join(folder, 'file'), '');
    await mint(join(folder, 'file'), 1);
    expect(lstatSync(join(folder, 'file')).size).toBe(0);
  });
});
