import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { needs } from '../support/needs';
import { type Browser, launchBrowser } from './support/browser';
import { leaksOf } from './support/encodings';
import {
  type Endpoint,
  problemOn,
  startExample,
  startServeHere,
  untilStatus,
  visit,
} from './support/example-page';
import { envFor } from './support/run-binary';

/** Options with which Chromium uses a fake microphone that beeps, and shows no permission prompt. */
const MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

let home: string;
let browser: Browser;
let example: Awaited<ReturnType<typeof startExample>>;
let sandbox: RunningSandbox;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'vstoken-captions-'));
  [browser, example] = await Promise.all([launchBrowser(home, MICROPHONE), startExample()]);
  sandbox = await startSandbox({ paceMs: 50 });
});
afterAll(async () => {
  await browser?.close();
  await example?.stop();
  await sandbox?.close();
  rmSync(home, { recursive: true, force: true });
});

/** Runs `use` with a token endpoint that mints tokens with the given access. */
async function withEndpoint(
  access: 'readonly' | 'readwrite',
  use: (address: string, endpoint: Omit<Endpoint, 'untilLog' | 'page'>) => Promise<void>,
): Promise<void> {
  const args = ['--allow-origin', example.origin, '--access', access, '--lifetime', '60s'];
  const endpoint = await startServeHere(args, envFor(sandbox));
  const query = new URLSearchParams({ endpoint: endpoint.url, api_server: endpoint.apiServer });
  try {
    await use(`${example.origin}/captions.html?${query}`, endpoint);
  } finally {
    await endpoint.stop();
  }
}

describe("the example's live captions from a microphone", needs('chromium'), () => {
  it('show the text while somebody speaks, until they are stopped', async () => {
    await withEndpoint('readwrite', async (address) => {
      await visit(browser, address, async ({ page, traffic }) => {
        const before = sandbox.stats().starts;
        await page.getByRole('button', { name: 'Start' }).click();
        await untilStatus(page, 'Listening…');
        const lines = page.locator('#captions li');
        await lines.filter({ hasText: 'not transcribed' }).first().waitFor();
        // Waits until a line of the captions has a text other than `first`, because the page must update the captions during the
        // transcription.
        const first = await lines.first().innerText();
        await lines.filter({ hasNotText: first }).first().waitFor();
        await page.getByRole('button', { name: 'Stop' }).click();
        await untilStatus(page, /^Done: \d+ lines?\.$/);
        expect(await lines.count()).toBeGreaterThan(0);
        expect(await page.locator('#captions .hint').count()).toBe(0);
        expect(sandbox.stats().starts - before).toBe(1);
        expect(traffic.sockets).toHaveLength(1);
        const messages = traffic.sockets[0]?.received.map((text) => JSON.parse(text).status) ?? [];
        expect(messages.filter((status) => status === 'processing').length).toBeGreaterThan(2);
        expect(messages.slice(-2)).toEqual(['stopping', 'done']);
        const [{ token = '' } = {}] = traffic.answers
          .filter(({ url }) => url.includes('/token'))
          .map(({ body }) => JSON.parse(body));
        expect(token).not.toBe('');
        expect(leaksOf(token, await page.content())).toEqual([]);
      });
    });
  });

  it('explain that a readonly token opens no session, and the log says why', async () => {
    await withEndpoint('readonly', async (address) => {
      await visit(browser, address, async ({ page }) => {
        await page.getByRole('button', { name: 'Start' }).click();
        expect(await problemOn(page)).toContain('--access readwrite');
        expect(sandbox.requests().at(-1)).toMatchObject({
          ...{ method: 'WS', path: '/async/live/transcribe', status: 403 },
          code: 'token_readonly',
        });
      });
    });
  });
});
