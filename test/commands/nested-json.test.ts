import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PATHS } from '../../src/api/protocol';
import { KEY, openSocket, sandbox } from '../sandbox/support';
import { answer, startFaultServer } from '../support/fault-server';
import {
  confirming,
  SESSION_ID,
  sendText,
  startSessionServer,
} from '../support/fault-session-server';
import { run } from '../support/run';
import { configFile, newConfigDir } from '../support/stored';

const MIB = 1024 * 1024;
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const WIDE = '[]'.padEnd(1_200_000 * 3 - 1, ',[]');
/** Texts with very many JSON values. Without a limit for this number, parsing each text would use hundreds of megabytes. */
const LISTS = [
  ['nested lists', `${'['.repeat(1_900_000)}${']'.repeat(1_900_000)}`, 'invalid_response'],
  ['a long list of lists', `[${WIDE}]`, 'response_too_large'],
  ['a long list of objects', `[${WIDE.replaceAll('[]', '{}')}]`, 'response_too_large'],
] as const;

/** Returns how much the memory of the process grows during a task, in bytes. */
async function growthOf(task: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  await task();
  return process.memoryUsage.rss() - before;
}

describe('S72 an answer with too many values uses little memory', () => {
  it.each(LISTS)('if it has %s', async (_, data, code) => {
    const server = await startFaultServer([answer({ body: `{"status":"done","data":${data}}` })]);
    onTestFinished(() => server.close());
    const growth = await growthOf(async () => {
      const result = await run('test --mode read --token-stdin --json', {
        env: { VOCALSTACK_API_SERVER: server.origin },
        stdin: 'a-token',
      });
      expect(result.error()).toMatchObject({ code, exit: 7 });
    });
    expect(growth).toBeLessThan(50 * MIB);
  });

  it('if it is a list of more than 4 MiB, which is not read to its end', async () => {
    const body = JSON.stringify({ status: 'done', data: ['x'.repeat(4 * MIB)] });
    const server = await startFaultServer([answer({ body })]);
    onTestFinished(() => server.close());
    const result = await run('test --mode read --token-stdin --json', {
      env: { VOCALSTACK_API_SERVER: server.origin },
      stdin: 'a-token',
    });
    expect(result.error().code).toBe('response_too_large');
  });

  it('if it arrives as a message of a session', async () => {
    const [opening, closing] = ['['.repeat(MIB / 2 - 100), ']'.repeat(MIB / 2 - 100)];
    const text = `{"session":"${SESSION_ID}","status":"processing","data":{"id":"a","timeline":[],"more":${opening}${closing}}}`;
    const server = await startSessionServer(confirming(sendText(text)));
    onTestFinished(() => server.close());
    const growth = await growthOf(async () => {
      const result = await run('test --token-stdin --json https://audio.example/a.wav', {
        env: { VOCALSTACK_API_SERVER: server.origin },
        stdin: 'a-token',
      });
      expect(result.error()).toMatchObject({ code: 'invalid_response', exit: 7 });
    });
    expect(growth).toBeLessThan(50 * MIB);
  });
});

describe('S72 other JSON that is too deep or too large', () => {
  it('is rejected in the settings', async () => {
    const configDir = newConfigDir();
    const config = { version: 1, settings: {}, profile: 'default', profiles: {} };
    const text = JSON.stringify(config).replace('}', `},"more":${DEEP}`);
    expect(JSON.parse(text)).toHaveProperty('more');
    writeFileSync(configFile(configDir), text, { mode: 0o600 });
    const result = await run('config list --json', { configDir });
    expect(result.error()).toMatchObject({ code: 'config_corrupt', exit: 3 });
  });

  it('is skipped in the ledger', async () => {
    const configDir = newConfigDir();
    const emulator = await sandbox();
    const env = { VOCALSTACK_API_SERVER: emulator.url, VOCALSTACK_API_KEY: KEY };
    const { out } = await run('mint', { env, configDir });
    const look = async () =>
      (await run('inspect --json', { configDir, stdin: out })).json<{ minted: unknown }>().minted;
    expect(await look()).not.toBeNull();
    const ledger = join(configDir, 'ledger.jsonl');
    const line = readFileSync(ledger, 'utf8').trim();
    writeFileSync(ledger, `${line.slice(0, -1)},"more":${DEEP}}\n`, { mode: 0o600 });
    expect(await look()).toBeNull();
  });

  it('is read only at its end if it is a ledger of a gigabyte', async () => {
    const configDir = newConfigDir();
    const emulator = await sandbox();
    const env = { VOCALSTACK_API_SERVER: emulator.url, VOCALSTACK_API_KEY: KEY };
    const { out } = await run('mint', { env, configDir });
    const ledger = join(configDir, 'ledger.jsonl');
    const lines = readFileSync(ledger);
    truncateSync(ledger, 1024 * MIB);
    appendFileSync(ledger, lines);
    const growth = await growthOf(async () => {
      const result = await run('inspect --json', { configDir, stdin: out });
      expect(result.json<{ minted: unknown }>().minted).not.toBeNull();
    });
    expect(growth).toBeLessThan(50 * MIB);
  });

  it('is not shown as the claims of a token that looks like a JWT', async () => {
    const claims = Buffer.from(`{"exp":1,"a":${'['.repeat(70)}${']'.repeat(70)}}`);
    const token = `e30.${claims.toString('base64url')}.x`;
    const result = await run('inspect --json', { stdin: token, configDir: newConfigDir() });
    expect(result.json<{ jwt: unknown }>().jwt).toBeNull();
  });

  it('is rejected in the first message to the sandbox', async () => {
    const emulator = await sandbox();
    const socket = await openSocket(emulator, PATHS.transcribeLive);
    socket.send(`{"headers":${DEEP}}`);
    expect(await socket.next()).toMatchObject({ http_code: 400 });
    expect(await socket.closed).toBe(1008);
  });
});
