import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLE, startExample } from './support/example-page';
import { ROOT, start } from './support/run-binary';

let example: Awaited<ReturnType<typeof startExample>>;
beforeAll(async () => {
  example = await startExample();
});
afterAll(() => example.stop());

describe("the example's own server", () => {
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${example.origin.replace('localhost', '127.0.0.1')}${path}`, init);

  it("serves only the page's files", async () => {
    const own = ['start.mjs', 'package.json'];
    const files = readdirSync(EXAMPLE).filter((name) => !own.includes(name));
    for (const name of ['', ...files]) {
      const answer = await ask(`/${name}`);
      expect({ name, status: answer.status }).toEqual({ name, status: 200 });
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await answer.text()).toBe(readFileSync(join(EXAMPLE, name || 'index.html'), 'utf8'));
    }
    const browser = await ask('/vocalstack-token/browser.js');
    expect(browser.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await browser.text()).toBe(readFileSync(join(ROOT, 'dist/browser/index.mjs'), 'utf8'));
    const others = [
      '/vocalstack-token/index.js',
      '/dist/browser/index.mjs',
      ...own.map((name) => `/${name}`),
      '/../package.json',
      '/%2e%2e/demo.js',
      '/app.js/',
      '/constructor',
    ];
    for (const path of others) expect((await ask(path)).status).toBe(404);
    expect((await ask('/', { method: 'POST' })).status).toBe(405);
    expect((await ask('/', { method: 'HEAD' })).status).toBe(200);
  });

  it('prints the vstoken command to run as well', async () => {
    const server = start(process.execPath, [join(EXAMPLE, 'start.mjs'), '0']);
    const [, origin, command] = await server.untilOut(/at (\S+)\n[^\n]+\n[^\n]+\n {2}(.*)\n/);
    expect(command).toBe(`vstoken serve --sandbox --allow-origin ${origin}`);
    server.child.kill('SIGTERM');
    await server.done;
  });

  it('reports that the package is not built', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vstoken-example-'));
    cpSync(EXAMPLE, join(folder, 'examples/browser'), { recursive: true });
    const path = join(folder, 'examples/browser/start.mjs');
    const result = await start(process.execPath, [path, '0']).done;
    rmSync(folder, { recursive: true });
    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.err).toBe('The package is not built: npm run build\n');
  });

  it.each([
    ['x', 2, 'A port is a number'],
    ['65536', 2, 'A port is a number'],
  ])('refuses the port %s', async (port, code, text) => {
    const result = await start(process.execPath, [join(EXAMPLE, 'start.mjs'), port]).done;
    expect(result).toMatchObject({ code, out: '', err: expect.stringContaining(text) });
  });

  it('says so when its port is taken', async () => {
    const port = new URL(example.origin).port;
    const result = await start(process.execPath, [join(EXAMPLE, 'start.mjs'), port]).done;
    expect(result).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: `Port ${port} is taken. Name another: node start.mjs 5174\n`,
    });
  });
});
