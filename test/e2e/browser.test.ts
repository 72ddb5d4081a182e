import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { needs } from '../support/needs';
import { type Browser, LOW_CONTRAST, launchBrowser, OVERFLOWING } from './support/browser';
import { leaksOf } from './support/encodings';
import {
  addressFor,
  addressOf,
  type Endpoint,
  problemOn,
  remainsOf,
  startExample,
  startServe,
  startServeHere,
  transcribe,
  untilStatus,
  type Visit,
  visit,
} from './support/example-page';
import { shrinkPng, sizeOfPng } from './support/png';
import { envFor, ROOT } from './support/run-binary';

const PICTURES = join(ROOT, 'assets/pictures');
const PICTURE = { width: 760, height: 830 };
const SPOKEN = ['A token is brief,', 'so is this clip,', 'and both are nearly over.'];
const READWRITE = ['--access', 'readwrite', '--lifetime', '60s', '--one-time'];
const TOKEN = /[\w-]{43}/;

let home: string;
let browser: Browser;
let example: Awaited<ReturnType<typeof startExample>>;
/** A sandbox without faults, and an endpoint for readwrite tokens. Several tests share them. */
let shared: { readonly sandbox: RunningSandbox; readonly endpoint: Endpoint };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'vstoken-browser-'));
  [browser, example] = await Promise.all([launchBrowser(home), startExample()]);
  const sandbox = await startSandbox();
  const args = forExample([...READWRITE, '--rate', '600/min']);
  shared = { sandbox, endpoint: await startServe(args, envFor(sandbox)) };
});
afterAll(async () => {
  await browser?.close();
  await example?.stop();
  await shared?.endpoint.stop();
  await shared?.sandbox.close();
  rmSync(home, { recursive: true, force: true });
});

interface ServiceOptions {
  readonly faults?: readonly string[];
  readonly args?: readonly string[];
}

const forExample = (args: readonly string[]) => ['--allow-origin', example.origin, ...args];

/** Runs `use` with a new sandbox and a token endpoint. The endpoint accepts requests from the example's page. */
async function withEndpoint(
  { faults = [], args = READWRITE }: ServiceOptions,
  use: (endpoint: Omit<Endpoint, 'untilLog' | 'page'>, sandbox: RunningSandbox) => Promise<void>,
): Promise<void> {
  const sandbox = await startSandbox({ faults });
  const endpoint = await startServeHere(forExample(args), envFor(sandbox));
  try {
    await use(endpoint, sandbox);
  } finally {
    await endpoint.stop();
    await sandbox.close();
  }
}

/** Returns an address on this machine at which no server listens. */
async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const piecesOn = (page: Page) => page.locator('#segments .text').allInnerTexts();
const again = (page: Page) => page.getByRole('button', { name: 'Use the same token again' });
const isOff = (page: Page) => again(page).getAttribute('aria-disabled');

function tokensIn({ traffic }: Visit, { url }: Endpoint): readonly string[] {
  return traffic.answers
    .filter((answer) => answer.url === url)
    .map(({ body }) => JSON.parse(body).token);
}

describe('the example in a browser', needs('chromium'), () => {
  it('shows the transcript after the steps of README', async () => {
    const endpoint = await startServe(['--sandbox', '--page']);
    await visit(browser, endpoint.page ?? '', async ({ page }) => {
      expect(await page.getByLabel('Token endpoint').inputValue()).toBe(endpoint.url);
      expect(await page.getByLabel('Audio URL').inputValue()).toBe(
        `${endpoint.apiServer}/sandbox/clip.wav`,
      );
      await transcribe(page);
      await untilStatus(page, 'Done: 3 pieces of text.');
      expect(await piecesOn(page)).toEqual(SPOKEN);
      expect(await page.getByRole('progressbar').getAttribute('value')).toBe('1');
      await endpoint.stop();
      await transcribe(page);
      const problem = (await problemOn(page)).replace(/\s+/g, ' ');
      expect(problem).toContain('The command that served this page has stopped.');
      const { port } = new URL(endpoint.url);
      expect(problem).toContain(
        `vstoken serve --sandbox --page --access readwrite --port ${port} Then open the address`,
      );
    });
  });

  it('S78 gets tokens on its own origin, also if it is opened as localhost', async () => {
    const endpoint = await startServe(['--sandbox', '--page', '--path', '/api/token']);
    const other = (endpoint.page ?? '').replace('127.0.0.1', 'localhost');
    await visit(browser, `${other}/?audio=`, async ({ page }) => {
      expect(page.url()).toBe(`${endpoint.page}/?audio=`);
      expect(await page.getByLabel('Token endpoint').inputValue()).toMatch(/\/api\/token$/);
      await page.getByLabel('Audio URL').fill(`${endpoint.apiServer}/sandbox/clip.wav`);
      await transcribe(page);
      await untilStatus(page, /^Done/);
    });
    await endpoint.stop();
  });

  it('shows the progress and each part of the transcript as it arrives', async () => {
    const { endpoint } = shared;
    const RECORD = `addEventListener('DOMContentLoaded', () => {
      window.seen = [];
      const note = () => seen.push([
        document.querySelectorAll('#segments li').length,
        document.getElementById('progress').value,
      ].join(' '));
      new MutationObserver(note).observe(document.getElementById('work-facts'), { childList: true });
    })`;
    await visit(
      browser,
      addressFor(example.origin, endpoint),
      async ({ page }) => {
        await transcribe(page);
        await untilStatus(page, /^Done/);
        const seen = await page.evaluate<string[]>('[...new Set(seen)]');
        expect(seen).toEqual(['0 0', '1 0.25', '2 0.5', '3 0.75', '3 1']);
      },
      { before: (page) => page.addInitScript(RECORD) },
    );
  });

  it("encodes the audio's URL twice", async () => {
    const { endpoint } = shared;
    const audio = `${endpoint.apiServer}/sandbox/clip.wav?name=a%26b c&d=ä`;
    await visit(browser, addressFor(example.origin, endpoint), async ({ page, traffic }) => {
      await page.getByLabel('Audio URL').fill(audio);
      await transcribe(page);
      await untilStatus(page, /^Done/);
      const query = new URL(traffic.sockets[0]?.url ?? '').searchParams;
      expect([...query.keys()]).toEqual(['language', 'url', 'max_duration_s']);
      expect(decodeURIComponent(query.get('url') ?? '')).toBe(audio);
      expect(query.get('max_duration_s')).toBe('15');
    });
  });

  it('uses a one-time token once, and explains why its second use is refused', async () => {
    const { endpoint, sandbox } = shared;
    const before = sandbox.stats();
    await visit(browser, addressFor(example.origin, endpoint), async ({ page, traffic }) => {
      expect(await isOff(page)).toBe('true');
      await transcribe(page);
      await untilStatus(page, /^Done/);
      expect(await page.locator('#token').innerText()).toMatch(
        /readwrite, one-time, expires in \d+ seconds/,
      );
      expect(await isOff(page)).toBe('false');
      await again(page).click();
      const problem = await problemOn(page);
      expect(problem).toContain('The token was already used');
      expect(problem).toContain('Request a new token for every use.');
      expect(problem).toContain('one-time auth token already used');
      expect(await isOff(page)).toBe('true');
      expect(traffic.sockets).toHaveLength(2);
      expect(sandbox.stats().mints - before.mints).toBe(1);
      expect(sandbox.stats().starts - before.starts).toBe(1);
      await transcribe(page);
      await untilStatus(page, /^Done/);
      expect(await page.getByRole('alert').innerText()).toBe('');
    });
  });

  it('uses a reusable token again until it expires', async () => {
    const args = ['--access', 'readwrite', '--lifetime', '60s', '--no-one-time'];
    await withEndpoint({ args }, async (endpoint, sandbox) => {
      await visit(
        browser,
        addressFor(example.origin, endpoint),
        async ({ page }) => {
          await transcribe(page);
          await untilStatus(page, /^Done/);
          await again(page).click();
          await untilStatus(page, /^Done/);
          expect(await piecesOn(page)).toEqual(SPOKEN);
          // The Transcribe button requests no new token, because the token of the page has not expired.
          await transcribe(page);
          await untilStatus(page, /^Done/);
          // The sandbox has minted two tokens: one when serve checked its key at the start, and one for the page. All three
          // transcriptions use the page's token.
          expect(sandbox.stats()).toMatchObject({ mints: 2, starts: 3 });
          const countdown = page.getByRole('timer');
          expect(await countdown.innerText()).toMatch(/^, expires in \d+ seconds$/);
          await page.clock.fastForward(61_000);
          await countdown.filter({ hasText: /^, expired$/ }).waitFor();
          await transcribe(page);
          await countdown.filter({ hasText: /^, expires in/ }).waitFor();
          await untilStatus(page, /^Done/);
          expect(sandbox.stats()).toMatchObject({ mints: 3, starts: 4 });
        },
        { before: (page) => page.clock.install() },
      );
    });
  });

  it('S19 keeps every secret out of the page, except for the token that it sends', async () => {
    const { endpoint, sandbox } = shared;
    await visit(browser, addressFor(example.origin, endpoint), async (seen, context) => {
      const { page, traffic } = seen;
      await transcribe(page);
      await untilStatus(page, /^Done/);
      const remains = [await remainsOf(page, context)];
      await again(page).click();
      await problemOn(page);
      remains.push(await remainsOf(page, context));
      await seen.settle();

      const [token = '', ...others] = tokensIn(seen, endpoint);
      expect(others).toEqual([]);
      expect(token).toMatch(TOKEN);
      const firsts = traffic.sockets.map(({ sent }) => JSON.parse(sent[0] ?? '').headers);
      expect(firsts.map((headers) => headers.authorization)).toEqual([
        `Bearer ${token}`,
        `Bearer ${token}`,
      ]);
      expect(traffic.sockets.map(({ url }) => url)).toEqual(
        firsts.map(({ path }) => `${endpoint.apiServer.replace('http', 'ws')}${path}`),
      );
      const answers = traffic.answers.filter(({ url }) => url !== endpoint.url);
      const sockets = traffic.sockets.map(({ sent, ...rest }) => ({
        ...rest,
        sent: [{ ...firsts[0], authorization: '' }, ...sent.slice(1)],
      }));
      const rest = JSON.stringify({ remains, ...traffic, answers, sockets });
      expect(rest).toContain(SPOKEN[0]);
      expect(leaksOf(token, rest)).toEqual([]);

      const everything = JSON.stringify({ remains, traffic });
      expect(everything).toContain(token);
      expect(leaksOf(sandbox.apiKey, everything)).toEqual([]);
      expect(leaksOf(endpoint.secret, everything)).toEqual([]);

      const state = await context.storageState({ indexedDB: true });
      expect(state).toEqual({ cookies: [], origins: [] });
      expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
    });
  });

  it('S56 gets no token if the page is opened from another origin', async () => {
    const { endpoint, sandbox } = shared;
    const before = sandbox.stats();
    const foreign = await startExample();
    await visit(browser, addressFor(foreign.origin, endpoint), async (seen, context) => {
      const { page, traffic } = seen;
      // The DevTools protocol also shows the header names that the page and Playwright cannot read.
      const network = await context.newCDPSession(page);
      const answers: { id: string; status: number; names: readonly string[] }[] = [];
      // The ids of the requests to the endpoint. All other answers are ignored, because answers with files of the page may still
      // arrive.
      const asked = new Set<string>();
      network.on('Network.requestWillBeSent', ({ requestId, request }) => {
        if (request.url.startsWith(endpoint.url)) asked.add(requestId);
      });
      network.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode, headers }) => {
        answers.push({ id: requestId, status: statusCode, names: Object.keys(headers) });
      });
      await network.send('Network.enable');
      await transcribe(page);
      const problem = await problemOn(page);
      expect(problem).toContain('No answer from the token endpoint');
      expect(problem).toContain(`does not allow the origin ${foreign.origin}`);
      expect(problem).toContain('403 origin_not_allowed');
      expect(problem.replace(/\s+/g, ' ')).toContain(
        `vstoken serve --sandbox --allow-origin ${foreign.origin} --access readwrite`,
      );
      expect(await page.locator('#token').innerText()).toMatch(/none$/);
      for (const init of [{ mode: 'no-cors', method: 'POST' }, { mode: 'no-cors' }, {}]) {
        const ask = `fetch('${endpoint.url}', ${JSON.stringify(init)}).then((answer) => answer.text(), () => 'nothing')`;
        expect(await page.evaluate(ask)).toBe('nothing');
      }
      await seen.settle();
      const below = answers.filter(({ id }) => asked.has(id));
      expect(below.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
      const names = below.flatMap((answer) => answer.names).map((name) => name.toLowerCase());
      expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(traffic.sockets).toEqual([]);
      expect(JSON.stringify(traffic)).not.toContain('"token"');
    });
    await endpoint.untilLog(/POST \/token 403 /);
    expect(sandbox.stats().mints).toBe(before.mints);
    await foreign.stop();
  });

  it('reports that the endpoint cannot be reached', async () => {
    const dead = await deadAddress();
    const address = addressOf(example.origin, { endpoint: `${dead}/token` });
    await visit(browser, address, async ({ page }) => {
      await transcribe(page);
      const problem = await problemOn(page);
      expect(problem).toContain(`No program listens at ${dead}/token`);
      expect(problem).toContain('ERR_CONNECTION_REFUSED');
      expect(problem).toContain(`--allow-origin ${example.origin}`);
      expect(await isOff(page)).toBe('true');
    });
  });

  it('S79 shows no command that would run code from a link', async () => {
    const dead = await deadAddress();
    const { port } = new URL(dead);
    for (const path of ['/;touch$IFS$9owned', '/$(touch$IFS$9owned)', '/`touch$IFS$9owned`']) {
      const address = addressOf(example.origin, { endpoint: `${dead}${path}` });
      await visit(browser, address, async ({ page }) => {
        await transcribe(page);
        await problemOn(page);
        const commands = await page.getByRole('alert').locator('code.command').allInnerTexts();
        expect(commands.map((text) => text.replace(/\s+/g, ' '))).toEqual([
          `vstoken serve --sandbox --allow-origin ${example.origin} --access readwrite --port ${port}`,
        ]);
        const code = await page.getByRole('alert').locator('code').allInnerTexts();
        expect(code.join('\n')).not.toContain('touch');
      });
    }
  });

  it('reports an API server that cannot be reached, or that is another server', async () => {
    const dead = await deadAddress();
    const other = await startSandbox();
    const { url } = shared.endpoint;
    const at = (apiServer: string) =>
      addressOf(example.origin, { endpoint: url, api_server: apiServer });
    await visit(browser, at(dead), async ({ page }) => {
      await transcribe(page);
      const problem = await problemOn(page);
      expect(problem).toContain('No connection to the API server');
      expect(problem).toContain(`No program listens at ${dead}`);
    });
    await visit(browser, at(other.url), async ({ page }) => {
      await transcribe(page);
      expect(await problemOn(page)).toContain('The API server does not accept the token');
    });
    await other.close();
  });

  it.each<[fault: string, title: string, detail: string]>([
    ['token:expired*1', 'The token has expired', 'auth token expired'],
    ['connect:503*1', 'No connection to the API server', 'still unused'],
    ['session:close*1', 'closed before the session began', 'close code 1011'],
    ['stream:close*1', 'The connection was closed early', 'close code 1011'],
    ['stream:garbage*1', 'invalid message', 'not a JSON object'],
    ['transcribe:error*1', 'The transcription failed', '(500)'],
    // The fault must occur twice (`*2`): the first time when serve checks its key at the start, the second time for the page's
    // request.
    [
      'mint:422*2',
      'The endpoint got no token from the service (502)',
      'error code is request_rejected',
    ],
  ])('reports the failure after %s, and works the next time', async (fault, title, detail) => {
    await withEndpoint({ faults: [fault] }, async (endpoint) => {
      await visit(browser, addressFor(example.origin, endpoint), async ({ page }) => {
        await transcribe(page);
        const problem = await problemOn(page);
        expect(problem).toContain(title);
        expect(problem).toContain(detail);
        expect(problem).toContain('What to do');
        await transcribe(page);
        await untilStatus(page, /^Done/);
        expect(await piecesOn(page)).toEqual(SPOKEN);
      });
    });
  });

  it('times out ten seconds after it opened a session that is not confirmed', async () => {
    await withEndpoint({ faults: ['session:never-confirm'] }, async (endpoint) => {
      await visit(
        browser,
        addressFor(example.origin, endpoint),
        async ({ page }) => {
          const sent = new Promise((resolve) => {
            page.on('websocket', (socket) => socket.on('framesent', resolve));
          });
          await transcribe(page);
          await sent;
          await page.clock.fastForward(10_000);
          expect(await problemOn(page)).toContain('The session was not confirmed');
        },
        { before: (page) => page.clock.install() },
      );
    });
  });

  it('times out a minute after the last part of a transcription', async () => {
    await withEndpoint({ faults: ['stream:stall'] }, async (endpoint) => {
      await visit(
        browser,
        addressFor(example.origin, endpoint),
        async ({ page }) => {
          await transcribe(page);
          await page.locator('#work').filter({ hasText: 'processing' }).waitFor();
          await page.clock.fastForward(30_000);
          expect(await page.getByRole('alert').innerText()).toBe('');
          await page.clock.fastForward(30_000);
          expect(await problemOn(page)).toContain('The server stopped sending');
        },
        { before: (page) => page.clock.install() },
      );
    });
  });

  it('reports that a readonly token may not transcribe', async () => {
    await withEndpoint({ args: ['--access', 'readonly'] }, async (endpoint, sandbox) => {
      await visit(browser, addressFor(example.origin, endpoint), async ({ page }) => {
        await transcribe(page);
        const problem = await problemOn(page);
        expect(problem).toContain('The token is readonly');
        expect(problem).toContain('--access readwrite');
        expect(await page.locator('#token').innerText()).toContain('readonly, one-time');
        expect(sandbox.stats().starts).toBe(0);
      });
    });
  });

  it('reports how long to wait after too many requests', async () => {
    await withEndpoint({ args: [...READWRITE, '--rate', '1/min'] }, async (endpoint) => {
      await visit(browser, addressFor(example.origin, endpoint), async ({ page }) => {
        await transcribe(page);
        await untilStatus(page, /^Done/);
        await transcribe(page);
        const problem = await problemOn(page);
        expect(problem).toContain('Too many token requests (429)');
        expect(problem).toMatch(/Wait \d+ seconds, then try again/);
      });
    });
  });

  it('reports that nothing was recognised, or that the audio is missing', async () => {
    await withEndpoint({ faults: ['transcribe:nothing*1'] }, async (endpoint) => {
      await visit(browser, addressFor(example.origin, endpoint), async ({ page }) => {
        await transcribe(page);
        await untilStatus(page, 'Done: 0 pieces of text.');
        expect(await page.getByText('No speech was recognised.').isVisible()).toBe(true);
        await page.getByLabel('Audio URL').fill(`${endpoint.apiServer}/none.wav`);
        await transcribe(page);
        expect(await problemOn(page)).toContain('The API server could not fetch the audio');
      });
    });
  });

  it('explains unexpected answers of an endpoint', async () => {
    const ANSWERS: readonly (readonly [status: number, body: unknown, says: string])[] = [
      [401, { error: { code: 'unauthenticated' } }, 'requires authentication (401)'],
      [403, { error: { code: 'above_ceiling' } }, 'Its error code is above_ceiling.'],
      [404, { error: { code: 'not_found' } }, 'There is no token endpoint at this address (404)'],
      [500, null, 'The token endpoint failed (500)'],
      [503, { error: { code: 'busy' } }, 'Wait 1 second, then try again.'],
      [200, 'Sign in', 'The endpoint answered without a token'],
      [200, { token: '' }, 'The endpoint answered without a token'],
      [200, { token: 'two words' }, 'The endpoint answered without a token'],
      [200, { token: 'a-token' }, 'The endpoint answered without a token'],
    ];
    const headers = {
      'access-control-allow-origin': example.origin,
      'access-control-expose-headers': 'retry-after',
      'retry-after': '1',
    };
    await visit(browser, example.origin, async ({ page, traffic }) => {
      for (const [status, body, says] of ANSWERS) {
        await page.route(/\/token$/, (route) =>
          route.fulfill({ status, headers, body: JSON.stringify(body) }),
        );
        await transcribe(page);
        await page.getByRole('alert').filter({ hasText: says }).waitFor();
      }
      expect(traffic.sockets).toEqual([]);
    });
  });

  it('shows hostile text as plain text', async () => {
    const hostile = '</span><img src=x onerror=alert(1)>';
    const answer = (route: WebSocketRoute) => {
      route.onMessage((text) => {
        const { start: isStart } = JSON.parse(String(text));
        const timeline = [{ start: 0, end: 1, text: hostile }];
        const last = { status: 'error', http_code: 500, error: hostile, data: null };
        const messages = isStart
          ? [{ status: 'processing', data: { progress: 0.5, timeline } }, last]
          : [{ session: 's' }];
        for (const message of messages) route.send(JSON.stringify(message));
      });
    };
    const { endpoint } = shared;
    await visit(
      browser,
      addressFor(example.origin, endpoint),
      async ({ page }) => {
        await transcribe(page);
        expect(await problemOn(page)).toContain(`The server says: ${hostile}`);
        expect(await piecesOn(page)).toEqual([hostile]);
        expect(await page.locator('img').count()).toBe(0);
      },
      { before: (page) => page.routeWebSocket(/^ws:/, answer) },
    );
  });

  it("does not show a server's text that repeats the token", async () => {
    const repeat = (route: WebSocketRoute) => {
      route.onMessage((text) => {
        const { authorization } = JSON.parse(String(text)).headers;
        route.send(JSON.stringify({ status: 'error', http_code: 401, error: authorization }));
      });
    };
    await visit(
      browser,
      addressFor(example.origin, shared.endpoint),
      async ({ page }) => {
        await transcribe(page);
        const problem = await problemOn(page);
        expect(problem).toContain('The API server does not accept the token');
        expect(problem).not.toContain('Bearer');
      },
      { before: (page) => page.routeWebSocket(/^ws:/, repeat) },
    );
  });

  it('sends no request while a field is invalid', async () => {
    const FIELDS = [
      ['Audio URL', 'clip.wav', 'The audio URL is missing or not valid'],
      ['API server', 'http://example.com', 'The address of the API server is not valid'],
      ['API server', 'https://user:word@example.com', 'The address of the API server is not valid'],
      [
        'Token endpoint',
        'http://example.com/token',
        'The address of the token endpoint is not valid',
      ],
    ] as const;
    await visit(browser, example.origin, async ({ page, traffic }) => {
      for (const [label, value, title] of FIELDS) {
        await page.getByLabel(label).fill(value);
        await transcribe(page);
        await page.getByRole('alert').filter({ hasText: title }).waitFor();
      }
      expect(traffic.requests.every(({ url }) => url.startsWith(example.origin))).toBe(true);
    });
  });

  it('ignores a link that names a server on another machine', async () => {
    const foreign = { endpoint: 'https://example.com/token', api_server: 'https://example.com' };
    await visit(browser, addressOf(example.origin, foreign), async ({ page }) => {
      expect(await page.getByText('was ignored').isVisible()).toBe(true);
      expect(await page.getByLabel('Token endpoint').inputValue()).toBe(
        'http://127.0.0.1:8788/token',
      );
      expect(await page.getByLabel('API server').inputValue()).toBe('http://127.0.0.1:8787');
      await page.getByLabel('API server').fill('https://api.vocalstack.com');
      expect(await page.getByLabel('Audio URL').inputValue()).toBe('');
    });
  });

  it('can be used with the keyboard only, and does not move the focus', async () => {
    const { endpoint } = shared;
    await visit(browser, addressFor(example.origin, endpoint), async ({ page }) => {
      const FOCUSED = 'document.activeElement.id';
      const order: unknown[] = [];
      for (let count = 0; count < 5; count += 1) {
        await page.keyboard.press('Tab');
        order.push(await page.evaluate(FOCUSED));
      }
      expect(order).toEqual(['endpoint', 'api-server', 'audio', 'transcribe', 'again']);
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      await untilStatus(page, /^Done/);
      expect(await page.evaluate(FOCUSED)).toBe('transcribe');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await problemOn(page);
      expect(await page.evaluate(FOCUSED)).toBe('again');
      await page.getByLabel('Audio URL').press('Enter');
      await untilStatus(page, /^Done/);
    });
  });

  it('fits every width and is readable, light and dark, in every state', async () => {
    const { endpoint } = shared;
    const check = async (page: Page) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        for (const width of [320, 760, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          expect(await page.evaluate(OVERFLOWING)).toEqual([]);
          const { faint, seen } = await page.evaluate<{ faint: string[]; seen: number }>(
            LOW_CONTRAST,
          );
          expect(faint).toEqual([]);
          expect(seen).toBeGreaterThan(20);
        }
      }
    };
    await visit(browser, addressFor(example.origin, endpoint), async ({ page }) => {
      await check(page);
      await transcribe(page);
      await untilStatus(page, /^Done/);
      await check(page);
      await again(page).click();
      await problemOn(page);
      await check(page);
      await page.getByLabel('Token endpoint').fill(`${await deadAddress()}/token`);
      await transcribe(page);
      await problemOn(page);
      await check(page);
    });
  });

  it('shows how to start the example if its script does not run', async () => {
    const withoutScript = { javaScriptEnabled: false };
    await visit(
      browser,
      example.origin,
      async ({ page }) => {
        expect(await page.getByText('vstoken serve --sandbox --page').isVisible()).toBe(true);
        expect(await page.getByRole('button').count()).toBe(0);
      },
      withoutScript,
    );
    await visit(browser, example.origin, async ({ page }) => {
      expect(await page.getByText('vstoken serve --sandbox --page').count()).toBe(0);
    });
  });

  it('runs only the scripts and styles of its own files', async () => {
    const INJECT = `(() => {
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      const image = document.createElement('img');
      image.src = 'https://example.com/?' + document.title;
      document.body.append(image);
      document.body.setAttribute('style', 'color: rgb(1, 2, 3)');
      return [window.injected, getComputedStyle(document.body).color];
    })()`;
    const context = await browser.newContext();
    const page = await context.newPage();
    const finished: string[] = [];
    page.on('requestfinished', (request) => finished.push(request.url()));
    await page.goto(example.origin);
    const failed = page.waitForEvent('requestfailed');
    expect(await page.evaluate(INJECT)).toEqual([undefined, expect.not.stringContaining('(1, 2')]);
    const image = await failed;
    expect(image.url()).toContain('https://example.com/');
    expect(image.failure()?.errorText).toBe('csp');
    expect(finished.filter((url) => !url.startsWith(example.origin))).toEqual([]);
    await context.close();
  });

  it.each(['light', 'dark'] as const)(
    'is shown in a picture of the right size, %s',
    async (colorScheme) => {
      await visit(
        browser,
        addressFor(example.origin, shared.endpoint),
        async ({ page }) => {
          await transcribe(page);
          await untilStatus(page, /^Done/);
          // The screenshot shows the addresses that README uses.
          await page.getByLabel('Token endpoint').fill('http://127.0.0.1:8788/token');
          await page.getByLabel('API server').fill('http://127.0.0.1:8787');
          await page.mouse.move(0, 0);
          await page.evaluate('document.activeElement.blur()');
          const picture = await page.screenshot();
          expect(sizeOfPng(picture)).toEqual(PICTURE);
          if (process.env['VSTOKEN_PICTURES']) {
            const path = join(PICTURES, `browser-${colorScheme}.png`);
            writeFileSync(path, await shrinkPng(browser, picture));
          }
        },
        { viewport: PICTURE, colorScheme, reducedMotion: 'reduce' },
      );
    },
  );
});
