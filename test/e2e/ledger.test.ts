import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LINE_BYTES } from '../../src/core/ledger-lines';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { needs } from '../support/needs';
import { configDirWith, newConfigDir } from '../support/stored';
import { findCanaries } from './support/canary';
import {
  envFor,
  PROGRAM,
  PROGRAM_VARIABLES,
  ROOT,
  runBinary,
  start,
  startBinary,
  startShell,
} from './support/run-binary';
import { startService } from './support/service';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const ledgerFile = (folder: string) => join(folder, 'ledger.jsonl');
const linesIn = (folder: string) =>
  readFileSync(ledgerFile(folder), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Resolves when a file exists and is not empty. */
const untilWritten = (path: string) =>
  vi.waitUntil(() => statSync(path, { throwIfNoEntry: false })?.size, { timeout: 20_000 });

const TOKEN = 'CanaryToken~Rw8"w+&%3D\\4/x=fin';

describe('S19 the ledger', () => {
  it.each([
    ['mint', 0],
    ['mint --json', 0],
    ['mint --count 70', 0],
    ['mint --access readwrite --prove', 0],
    ['exec -- true', 0],
    ['test --expect hello', 0],
    ['test --mode read', 0],
    ['test --mode connect --json', 0],
    ['test --max-duration 1s --expect nothing', 8],
    ['login --with-key --store plaintext', 0],
  ])('contains no token, in any encoding, after vstoken %s', async (line, exit) => {
    const service = await startService({ token: TOKEN });
    const folder = newConfigDir();
    const env = { ...envFor(service), VOCALSTACK_CONFIG_DIR: folder };
    const result = await runBinary(line.split(' '), { env, stdin: 'a-key' });
    await service.close();
    expect(result.code).toBe(exit);
    expect(linesIn(folder).length).toBeGreaterThan(0);
    const canary = { name: 'token', secret: TOKEN, mayBeIn: ['out'] };
    expect(findCanaries(result, [folder], [canary])).toEqual([]);
    // The ledger must not contain any six consecutive characters of the token.
    const text = readFileSync(ledgerFile(folder), 'latin1');
    const parts = Array.from({ length: TOKEN.length - 5 }, (_, at) => TOKEN.slice(at, at + 6));
    expect(parts.filter((part) => text.includes(part))).toEqual([]);
  });

  it('records what a token was minted for, and how it was used', async () => {
    const folder = newConfigDir();
    const env = { ...envFor(sandbox), VOCALSTACK_CONFIG_DIR: folder };
    await runBinary(['test', '--lifetime', '9s'], { env });
    await runBinary(['test', '--mode', 'connect', '--access', 'readonly'], { env });
    const [minted, session, transcription, , refused] = linesIn(folder);
    expect(minted).toMatchObject({
      ...{ v: 1, event: 'minted', command: 'test', profile: null, api_server: sandbox.url },
      ...{ access: 'readwrite', lifetime_s: 9, one_time: true },
    });
    expect(Date.parse(minted.expires_at) - Date.parse(minted.at)).toBe(9000);
    const use = { event: 'used', sha256: minted.sha256, command: 'test', outcome: 'ok' };
    expect(session).toMatchObject({ ...use, what: 'session', http_status: null });
    expect(transcription).toMatchObject({ ...use, what: 'transcription' });
    expect(refused).toMatchObject({ what: 'session', outcome: 'token_scope', http_status: 403 });
  });

  it('has the token of exec before the command starts', async () => {
    const env = { ...envFor(sandbox), VOCALSTACK_CONFIG_DIR: newConfigDir() };
    const asking = [...PROGRAM, 'inspect', '--use-token', '--json'];
    const result = await runBinary(['exec', '--lifetime', '9s', '--', ...asking], { env });
    expect(result).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(result.out).minted).toMatchObject({ command: 'exec', lifetime_s: 9 });
  });

  it('has the tokens of serve while it runs', async () => {
    const folder = newConfigDir();
    const env = { ...envFor(sandbox), VOCALSTACK_CONFIG_DIR: folder };
    const server = startBinary(['serve', '--port', '0', '--json', '--lifetime', '9s'], { env });
    const [line] = await server.untilOut(/^\{.*\}(?=\n)/);
    const { url, path, secret } = JSON.parse(line);
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${secret}` } });
    const { token } = (await answer.json()) as { token: string };
    await server.meanwhile(untilWritten(ledgerFile(folder)));
    const { out } = await runBinary(['inspect', '--json'], { env, stdin: token });
    expect(JSON.parse(out).minted).toMatchObject({ command: 'serve', lifetime_s: 9 });
    server.child.kill('SIGTERM');
    expect((await server.done).code).toBe(143);
    // The first entry is the token that serve minted at the start to check its key.
    expect(linesIn(folder)).toMatchObject([{ lifetime_s: 1 }, { lifetime_s: 9 }]);
  });

  it('names the profile of the key', async () => {
    const folder = configDirWith(sandbox, ['staging']);
    await runBinary(['mint'], { env: { VOCALSTACK_CONFIG_DIR: folder } });
    expect(linesIn(folder)).toEqual([expect.objectContaining({ profile: 'staging' })]);
  });

  it('is not written in CI or if the setting is off, and turning it off removes existing entries', async () => {
    const folder = newConfigDir();
    const env = { ...envFor(sandbox), VOCALSTACK_CONFIG_DIR: folder };
    await runBinary(['mint'], { env: { ...env, CI: 'true' } });
    await runBinary(['mint', '--sandbox'], { env });
    expect(readdirSync(folder)).toEqual([]);
    await runBinary(['mint'], { env: { ...env, CI: '' } });
    expect(linesIn(folder)).toHaveLength(1);
    await runBinary(['config', 'set', 'ledger', 'off'], { env });
    await runBinary(['mint'], { env });
    expect(readdirSync(folder)).toEqual(['config.json']);
  });

  it('loses no entry when four processes mint fifty tokens each, while old entries are removed', async () => {
    const folder = newConfigDir();
    const old = { v: 1, at: new Date().toISOString(), event: 'minted', sha256: '0'.repeat(64) };
    const filling = `${JSON.stringify(old).padEnd(LINE_BYTES - 1)}\n`;
    writeFileSync(ledgerFile(folder), filling.repeat(9450), { mode: 0o600 });
    const program = `
      const { main, createNodeContext } = require(${JSON.stringify(join(ROOT, 'dist/entry.js'))});
      const context = createNodeContext(process);
      (async () => {
        for (let index = 0; index < 50; index += 1) {
          process.exitCode = await main(['mint'], context);
          if (process.exitCode !== 0) return;
        }
      })();`;
    const env = { ...envFor(sandbox), VOCALSTACK_CONFIG_DIR: folder };
    const results = await Promise.all(
      [1, 2, 3, 4].map(() => start(process.execPath, ['-e', program], { env }).done),
    );
    expect(results.map(({ code, err }) => ({ code, err }))).toEqual(
      Array(4).fill({ code: 0, err: '' }),
    );
    const lines = linesIn(folder);
    expect(lines.length).toBeLessThan(9000);
    expect(new Set(lines.map(({ sha256 }) => sha256)).size).toBe(201);
    expect(readdirSync(folder)).toEqual(['ledger.jsonl']);
    expect(statSync(ledgerFile(folder)).mode & 0o777).toBe(0o600);
  });

  it('is never written through a symbolic link', async () => {
    const [folder, elsewhere] = [newConfigDir(), newConfigDir()];
    const target = join(elsewhere, 'target');
    writeFileSync(target, 'as it was\n', { mode: 0o600 });
    symlinkSync(target, ledgerFile(folder));
    const env = { ...envFor(sandbox), VOCALSTACK_CONFIG_DIR: folder };
    expect(await runBinary(['mint'], { env })).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(target, 'utf8')).toBe('as it was\n');
  });
});

describe(
  'a ledger that cannot be written does not make a command fail',
  needs('mount', 'mounts'),
  () => {
    it.each([
      [
        'on a full disk',
        'mount -t tmpfs -o size=8k tmpfs /mnt; mkdir -m 700 /mnt/c; dd if=/dev/zero of=/mnt/fill bs=4k count=9 2>/dev/null; export VOCALSTACK_CONFIG_DIR=/mnt/c; $NODE $BIN mint',
      ],
      [
        'on a read-only file system',
        'mount --bind $DIR $DIR; mount -o remount,ro,bind $DIR; $NODE $BIN mint',
      ],
    ])('mint succeeds %s', async (_how, script) => {
      const folder = newConfigDir();
      const env = {
        ...envFor(sandbox),
        ...{ DIR: folder, VOCALSTACK_CONFIG_DIR: folder, ...PROGRAM_VARIABLES },
      };
      const result = await startShell('bash', `unshare -rm bash -c '${script}'`, { env }).done;
      expect(result).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^\S{20,}\n$/) });
    });
  },
);
