// @module-tag program
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../support/needs';
import { type Browser, launchBrowser } from './support/browser';
import { startExample, visit } from './support/example-page';

let home: string;
let browser: Browser;
let example: Awaited<ReturnType<typeof startExample>>;
let server: Server;
/** The requests that the endpoint received, each as its method and path. */
let seen: string[] = [];
let untilLeft: Promise<unknown>;

/** Starts an endpoint on another origin. The path of a request, such as `/redirect`, decides how the endpoint answers. */
function startEndpoint(): Promise<Server> {
  let tell: (value: unknown) => void = () => undefined;
  untilLeft = new Promise((resolve) => {
    tell = resolve;
  });
  const started = createServer((request, response) => {
    const { method, url } = request;
    seen.push(`${method} ${url}`);
    if (url !== '/foreign') response.setHeader('access-control-allow-origin', example.origin);
    response.setHeader('access-control-allow-headers', 'content-type, x-csrf-token');
    if (method === 'OPTIONS') response.writeHead(204).end();
    else if (url === '/redirect') response.writeHead(302, { location: '/login' }).end();
    else if (url === '/hang') response.on('close', tell);
    else {
      const token = { token: `token-${seen.length}`, access: 'readonly', lifetime_s: 60 };
      response.writeHead(200).end(JSON.stringify({ ...token, one_time: url === '/once' }));
    }
  }).listen(0, '127.0.0.1');
  return new Promise((resolve) => started.once('listening', () => resolve(started)));
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'vstoken-source-'));
  [browser, example] = await Promise.all([launchBrowser(home), startExample()]);
  server = await startEndpoint();
});
afterAll(async () => {
  await browser?.close();
  await example?.stop();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  rmSync(home, { recursive: true, force: true });
});

/** Runs code in a page, and returns its result. The code can use `tokens`, a token source for the given path. */
async function inPage(page: Page, path: string, code: string, options = {}): Promise<unknown> {
  seen = [];
  const { port } = server.address() as AddressInfo;
  const url = JSON.stringify(`http://127.0.0.1:${port}${path}`);
  return page.evaluate(`import('vocalstack-token/browser').then(async ({ createTokenSource }) => {
    const tokens = createTokenSource(${url}, ${JSON.stringify(options)});
    const failure = ({ name, kind, status }) => ({ name, kind, status });
    ${code}
  })`);
}

const TWICE = `const all = await Promise.all([tokens.get(), tokens.get()]);
  return new Set(all.map(({ token }) => token)).size;`;

describe('a token source in a browser', needs('chromium'), () => {
  it('fetches and reuses tokens, shares concurrent requests, and distinguishes failures', async () => {
    await visit(browser, example.origin, async ({ page }) => {
      expect(await inPage(page, '/token', TWICE)).toBe(1);
      expect(seen).toEqual(['POST /token']);
      expect(await inPage(page, '/once', TWICE)).toBe(2);
      expect(seen).toEqual(['POST /once', 'POST /once']);

      const headers = { 'x-csrf-token': 'a' };
      await inPage(page, '/token', 'await tokens.get();', { lifetimeS: 5, headers });
      expect(seen).toEqual(['OPTIONS /token', 'POST /token']);

      const FAIL = 'return tokens.get().catch(failure);';
      const name = 'TokenSourceError';
      const redirected = await inPage(page, '/redirect', FAIL);
      expect(redirected).toEqual({ name, kind: 'malformed', status: null });
      expect(seen).toEqual(['POST /redirect']);
      const foreign = await inPage(page, '/foreign', FAIL);
      expect(foreign).toEqual({ name, kind: 'network', status: null });
      expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
    });
  });

  it('aborts a request that no caller waits for', async () => {
    await visit(browser, example.origin, async ({ page }) => {
      const code = `const leaver = new AbortController();
        const wait = tokens.get({ signal: leaver.signal }).catch(failure);
        window.leave = () => leaver.abort();
        return new Promise((resolve) => wait.then(resolve));`;
      const ended = inPage(page, '/hang', code);
      await page.waitForRequest(/\/hang$/);
      await page.evaluate('leave()');
      expect(await ended).toEqual({ name: 'AbortError' });
      await untilLeft;
    });
  });
});
