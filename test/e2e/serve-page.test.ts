// @module-tag program
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { call } from '../sandbox/support';
import { startBinary } from './support/run-binary';

const KEY = 'PageKeyCanary-5d41';

/**
 * Source of a fake browser. It posts its arguments and environment to the test, waits for the answer, and then posts that it
 * still runs.
 */
const BROWSER = `
  const tell = (path, body) => fetch('http://127.0.0.1:' + process.env.TELL + path, { method: 'POST', body });
  const { argv, env } = process;
  tell('/opened', JSON.stringify({ args: argv.slice(2), env })).then(() => tell('/goes-on', ''));`;

/** Starts a server that records the fake browser's requests by path. The test decides when to answer each request. */
async function startListener() {
  const heard: Record<string, { body: string; response: ServerResponse }> = {};
  const waiting = new Map<string, () => void>();
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    heard[request.url ?? ''] = { body, response };
    waiting.get(request.url ?? '')?.();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async until(path: string) {
      if (!heard[path]) await new Promise<void>((resolve) => waiting.set(path, resolve));
      const { body = '', response } = heard[path] ?? {};
      return { body, answer: () => response?.end() };
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

it('S26 S49 serve --open opens the page in a browser that gets no key, does not wait for the browser, and ends at Ctrl-C', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-browser-'));
  const browser = join(folder, 'xdg-open');
  writeFileSync(join(folder, 'browser.cjs'), BROWSER);
  writeFileSync(browser, `#!/bin/sh\nexec "${process.execPath}" "${folder}/browser.cjs" "$@"\n`);
  chmodSync(browser, 0o755);
  const listener = await startListener();
  const env = {
    ...{ DISPLAY: ':0', TELL: String(listener.port), VOCALSTACK_API_KEY: KEY },
    PATH: [folder, process.env['PATH']].join(delimiter),
  };
  const line = ['serve', '--sandbox', '--page', '--port', '0', '--open', '--json'];
  const program = startBinary(line, { env });
  const [first] = await program.untilOut(/^.*\n/);
  const { page, url } = JSON.parse(first);

  const opened = await program.meanwhile(listener.until('/opened'));
  const { args, env: got } = JSON.parse(opened.body);
  expect(args).toEqual([page]);
  expect(got).toMatchObject({ DISPLAY: ':0' });
  expect(JSON.stringify(got)).not.toContain(KEY);

  for (const path of ['/', '/settings.js', '/vocalstack-token/browser.js']) {
    const { status, body } = await call(page, path);
    expect({ path, status }).toEqual({ path, status: 200 });
    expect(body.length).toBeGreaterThan(100);
  }
  program.child.kill('SIGINT');
  const { code, err } = await program.done;
  expect(code).toBe(130);
  expect(err).not.toContain('No browser');
  for (const place of [page, url]) await expect(call(place, '/')).rejects.toThrow('ECONNREFUSED');
  opened.answer();
  (await listener.until('/goes-on')).answer();
  listener.close();
  rmSync(folder, { recursive: true });
});
