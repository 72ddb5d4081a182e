import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/reports/html';
import type { Report } from '../../src/reports/report';
import { needs } from '../support/needs';
import { type Browser, LOW_CONTRAST, launchBrowser, OVERFLOWING } from './support/browser';

const PASSED: Report = {
  title: 'Test transcription',
  command: 'vstoken test',
  variant: ['connect', 'https://api.vocalstack.com', 'profile ci'],
  noun: 'step',
  ok: true,
  startedAt: '2026-11-24T10:00:00.123Z',
  totalMs: 3200,
  facts: [
    ['API server', 'https://api.vocalstack.com'],
    ['Token', 'readwrite, 60 s, one-time'],
    ['Versions', 'vstoken 0.1.0, Node.js 20.19.4, API 3.1.0'],
  ],
  cases: [
    { name: 'key', outcome: 'passed', ms: 1, detail: 'VOCALSTACK_API_KEY' },
    { name: 'mint', outcome: 'passed', ms: 184, detail: null },
    { name: 'connect', outcome: 'passed', ms: 230, detail: null },
    { name: 'transcribe', outcome: 'passed', ms: 2600, detail: '2 segments' },
  ],
  transcript: {
    text: 'Four score and seven years ago our fathers brought forth a new nation.',
    segments: [
      { start: 0, end: 2.25, text: 'Four score and seven years ago' },
      { start: 2.25, end: 5, text: 'our fathers brought forth a new nation.' },
    ],
  },
  error: null,
};

const HOSTILE = '</script><img src=x onerror=alert(1)>\u202egnp.exe\u001b[31m';
const HOSTILE_SHOWN = '</script><img src=x onerror=alert(1)>\\u202egnp.exe\\u001b[31m';
const LONG = 'W'.repeat(300);

const FAILED: Report = {
  ...PASSED,
  ok: false,
  facts: [
    [LONG, LONG],
    ['Note', HOSTILE],
  ],
  cases: [
    { name: HOSTILE, outcome: 'passed', ms: 1, detail: LONG },
    {
      name: LONG,
      outcome: 'failed',
      ms: 900_000,
      detail: null,
      error: { code: 'token_scope', message: HOSTILE },
    },
    { name: 'transcribe', outcome: 'skipped', ms: 0, detail: null },
  ],
  transcript: { text: HOSTILE, segments: [{ start: 0, end: 36_000, text: LONG }] },
  error: { code: 'token_scope', message: `${HOSTILE} ${LONG}`, hint: HOSTILE, exit: 5 },
};

const WIDTHS = [360, 1280];
const GROUND = 'getComputedStyle(document.documentElement).backgroundColor';
const GROUNDS = [
  ['light', 'rgb(245, 246, 248)'],
  ['dark', 'rgb(18, 22, 27)'],
] as const;
const REPORTS: Readonly<Record<string, Report>> = { passed: PASSED, failed: FAILED };

let folder = '';
let browser: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vstoken-page-'));
  for (const [name, report] of Object.entries(REPORTS)) {
    writeFileSync(join(folder, `${name}.html`), renderHtml(report));
  }
  browser = await launchBrowser(folder);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Opens a report in a browser and calls `use` with the page. Fails if the page sends a request, writes to the console or opens a
 * dialog.
 */
async function withPage(
  name: string,
  options: BrowserContextOptions,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const noises: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => noises.push(message.text()));
  page.on('pageerror', (error) => noises.push(error.message));
  page.on('dialog', (dialog) => {
    noises.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  const url = pathToFileURL(join(folder, `${name}.html`)).href;
  await page.goto(url, { waitUntil: 'load' });
  await use(page);
  await context.close();
  expect({ noises, requests }).toEqual({ noises: [], requests: [url] });
}

async function printedText(page: Page, name: string): Promise<string> {
  const path = join(folder, `${name}.pdf`);
  await page.pdf({ path, format: 'A4' });
  const { stdout, error } = spawnSync('pdftotext', [path, '-'], { encoding: 'utf8' });
  if (error) throw error;
  return stdout;
}

describe('a report page in a browser', needs('chromium', 'pdftotext'), () => {
  it('shows the verdict, the steps and the transcript, also to a screen reader', async () => {
    await withPage('passed', {}, async (page) => {
      const heading = page.getByRole('heading', { level: 1 });
      expect(await heading.isVisible()).toBe(true);
      expect(await heading.innerText()).toBe('Test transcription passed');
      expect(await page.title()).toBe('Passed: Test transcription (vstoken test)');
      const steps = page.getByRole('table', { name: /^Each step in order/ });
      expect(await steps.getByRole('rowheader').count()).toBe(4);
      expect(await steps.getByRole('columnheader', { name: 'Timeline' }).count()).toBe(1);
      expect(await steps.getByRole('img', { name: 'From 185 ms to 415 ms' }).isVisible()).toBe(
        true,
      );
      expect(await page.getByRole('region', { name: 'Transcript' }).innerText()).toContain(
        PASSED.transcript?.text,
      );
      expect(await page.getByText('API 3.1.0').isVisible()).toBe(true);
    });
  });

  it('shows hostile text as plain text', async () => {
    await withPage('failed', {}, async (page) => {
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(
        'Test transcription failed',
      );
      expect(await page.title()).toContain(`Failed at ${LONG}`);
      expect(await page.getByText('What went wrong').isVisible()).toBe(true);
      const text = await page.locator('main').innerText();
      expect(text.split(HOSTILE_SHOWN)).toHaveLength(7);
      expect(await page.locator('img, script, link, iframe').count()).toBe(0);
    });
  });

  it.each(Object.keys(REPORTS))(
    '%s fits every width and is readable, light and dark',
    async (name) => {
      await withPage(name, {}, async (page) => {
        for (const [colorScheme, ground] of GROUNDS) {
          await page.emulateMedia({ colorScheme });
          expect(await page.evaluate(GROUND)).toBe(ground);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 800 });
            expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
            expect(await page.evaluate(OVERFLOWING)).toEqual([]);
            const { faint, seen } = await page.evaluate<{ faint: string[]; seen: number }>(
              LOW_CONTRAST,
            );
            expect(faint).toEqual([]);
            expect(seen).toBeGreaterThan(40);
          }
        }
      });
    },
  );

  it('keeps each bar within its row on a narrow screen', async () => {
    await withPage('passed', { viewport: { width: 360, height: 800 } }, async (page) => {
      for (const row of await page.locator('.steps tbody tr').all()) {
        const outer = await row.boundingBox();
        const inner = await row.locator('.bar').boundingBox();
        if (!outer || !inner) throw new Error('A row has no bar.');
        expect(inner.width).toBeGreaterThan(250);
        expect(inner.y).toBeGreaterThan(outer.y);
        expect(inner.y + inner.height).toBeLessThan(outer.y + outer.height);
      }
    });
  });

  it('prints completely and in light colours, also from a dark screen', async () => {
    await withPage('passed', { colorScheme: 'dark' }, async (page) => {
      const printed = (await printedText(page, 'passed')).replace(/\s+/g, ' ');
      expect(printed).toContain('Test transcription passed');
      expect(printed).toContain(PASSED.transcript?.text);
      expect(printed).toContain('2.25–5.00 s');
      expect(printed).toContain('API 3.1.0');
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(27, 35, 45)');
      expect(await page.evaluate(LOW_CONTRAST)).toMatchObject({ faint: [] });
    });
  });

  it('cuts nothing off on paper', async () => {
    await withPage('failed', {}, async (page) => {
      const printed = (await printedText(page, 'failed')).replace(/\s+/g, '');
      const count = (part: string) => printed.split(part).length - 1;
      expect(count(HOSTILE_SHOWN.replace(/\s+/g, ''))).toBe(6);
      expect(printed.replace(/[^W]/g, '').length).toBeGreaterThanOrEqual(300 * 6);
    });
  });
});
