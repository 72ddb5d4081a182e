import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { isError } from '../../src/core/is-error';
import { mintToken, TokenError } from '../../src/index';
import { startSandbox } from '../../src/sandbox/index';

const ENTRY = join(import.meta.dirname, '../../dist/sandbox/index.js');
const folder = mkdtempSync(join(tmpdir(), 'vstoken-in-tests-'));
afterAll(() => rmSync(folder, { recursive: true }));

const thrownBy = async (work: () => unknown) => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('a sandbox in a test', () => {
  it.each<[string, (sandbox: Awaited<ReturnType<typeof startSandbox>>) => unknown]>([
    ['an unknown fault', ({ fail }) => fail('no-such-fault')],
    ['a fault that is not a string', ({ fail }) => fail(5 as never)],
    ['a time that is negative', ({ advance }) => advance(-1)],
    ['a time above a day', ({ advance }) => advance(25 * 3_600_000)],
    ['a time that is a text', ({ advance }) => advance('1000' as never)],
  ])('answers %s with a TokenError', async (_what, use) => {
    await using sandbox = await startSandbox();
    const error = await thrownBy(() => use(sandbox));
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ name: 'TokenError', code: 'invalid_value' });
  });

  it('is closed by await using', async () => {
    let server = { apiKey: '', apiServer: '' };
    {
      await using sandbox = await startSandbox();
      server = { apiKey: sandbox.apiKey, apiServer: sandbox.url };
      await mintToken(server);
    }
    expect(await thrownBy(() => mintToken(server))).toMatchObject({ code: 'connection_refused' });
  });

  it('uses the timers of Node.js, and the Date of the test', async () => {
    vi.useFakeTimers({ now: 0 });
    try {
      await using sandbox = await startSandbox({ latencyMs: 1 });
      const server = { apiKey: sandbox.apiKey, apiServer: sandbox.url };
      const { expiresAt } = await mintToken({ ...server, lifetimeS: 10 });
      expect(expiresAt.getTime()).toBe(10_000);
      sandbox.fail('mint:503*1');
      await mintToken(server);
      sandbox.fail('body:stall*1');
      const late = await thrownBy(() => mintToken({ ...server, timeoutMs: 50 }));
      expect(late).toMatchObject({ code: 'timeout' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('recognises errors of another realm, such as those of Node.js in Jest', () => {
    expect(isError(runInNewContext('new TypeError("x")'))).toBe(true);
    expect(isError(new DOMException('x'))).toBe(true);
    for (const other of [undefined, null, 'Error', {}, { message: 'x' }]) {
      expect(isError(other)).toBe(false);
    }
  });
});

describe('a process with a sandbox', { tags: ['program'] }, () => {
  /** Starts a script, and waits until its sandbox runs. */
  const run = async (code: string) => {
    const path = join(folder, 'script.cjs');
    const start = `const { startSandbox } = require(${JSON.stringify(ENTRY)});\n`;
    writeFileSync(path, `${start}${code}`);
    const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [url] = await once(child.stdout, 'data');
    return Object.assign(child, { url: `${url}`.trim() });
  };
  const STARTED = 'startSandbox().then((sandbox) => { console.log(sandbox.url);';

  it('ends by itself after unref(), even with an idle connection', async () => {
    const ask = 'fetch(sandbox.url).then(() => sandbox.unref());';
    const child = await run(`${STARTED} ${ask} });`);
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it('ends by itself if node:test is loaded', async () => {
    const child = await run(`require('node:test');\n${STARTED} });`);
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it('otherwise stays alive, and answers', async () => {
    const child = await run(`${STARTED} });`);
    expect((await fetch(child.url)).status).toBe(404);
    child.kill();
    expect(await once(child, 'close')).toEqual([null, 'SIGTERM']);
  });
});
