import { join } from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { startPage } from '../../../src/commands/serve/page';
import { CliError } from '../../../src/core/errors';
import { startEndpoint } from '../../../src/endpoint/server';
import { systemClock } from '../../../src/system/clock';
import { readPageFile } from '../../../src/system/page-files';
import { run } from '../../support/run';
import type { Browser } from './browser';
import { ROOT, type Running, startBinary } from './run-binary';

export const EXAMPLE = join(ROOT, 'examples/browser');

/** Serves the example's page on a free port, as `vstoken serve --page` does. */
export async function startExample(): Promise<{ readonly origin: string; stop(): Promise<void> }> {
  const context = { clock: systemClock(), readPageFile, startEndpoint };
  const options = { port: 0, publicOrigins: [], publicOrigin: undefined, log: () => undefined };
  const page = await startPage(context, options);
  page.show({
    endpoint: 'http://127.0.0.1:8788/token',
    apiServer: 'http://127.0.0.1:8787',
    audio: 'http://127.0.0.1:8787/sandbox/clip.wav',
  });
  return { origin: page.origin, stop: page.close };
}

async function stop({ child, done }: Running): Promise<void> {
  child.kill('SIGTERM');
  await done;
}

export interface Endpoint {
  readonly url: string;
  readonly apiServer: string;
  readonly secret: string;
  /** The address of the page. Null without --page. */
  readonly page: string | null;
  untilLog(pattern: RegExp): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts `vstoken serve` on a free port. */
export async function startServe(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Endpoint> {
  const server = startBinary(['serve', '--port', '0', '--json', ...args], { env });
  const [line] = await server.untilOut(/^\{.*\}(?=\n)/);
  const { url, path, secret, page, api_server: apiServer } = JSON.parse(line);
  return {
    url: `${url}${path}`,
    apiServer,
    secret,
    page,
    untilLog: (pattern) => server.untilErr(pattern),
    stop: () => stop(server),
  };
}

/** Starts `vstoken serve` in this process, which is faster than in its own process. */
export async function startServeHere(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Omit<Endpoint, 'untilLog' | 'page'>> {
  const controller = new AbortController();
  let announce: (line: string) => void = () => undefined;
  const announced = new Promise<string>((resolve) => {
    announce = resolve;
  });
  const line = ['serve', '--port', '0', '--json', ...args];
  const running = run(line, { env, signal: controller.signal, onStdout: announce });
  const ended = running.then(({ err }) => Promise.reject(new Error(err)));
  const { url, path, secret, api_server } = JSON.parse(await Promise.race([announced, ended]));
  return {
    url: `${url}${path}`,
    apiServer: api_server,
    secret,
    async stop() {
      controller.abort(new CliError('interrupted', 'Interrupted.'));
      await ended.catch(() => undefined);
    },
  };
}

export interface Traffic {
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  }[];
  readonly answers: { readonly url: string; readonly status: number; readonly body: string }[];
  /** The page's WebSockets, each with the messages that the page sent and received. */
  readonly sockets: {
    readonly url: string;
    readonly sent: string[];
    readonly received: string[];
  }[];
  readonly console: string[];
}

export interface Visit {
  readonly page: Page;
  readonly traffic: Traffic;
  /** Resolves when all responses and their bodies are recorded. */
  settle(): Promise<void>;
}

/** Messages that Chromium itself writes to the console when a request fails, or when the page may not read the response. */
const EXPECTED_NOISE =
  /^(Failed to load resource: |Access to fetch at 'http:\/\/127\.0\.0\.1:\d+\/\w*' from origin '[^']+' has been blocked by CORS policy: |WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/)/;

function watch(page: Page): Visit {
  const traffic: Traffic = { requests: [], answers: [], sockets: [], console: [] };
  const pending: Promise<unknown>[] = [];
  page.on('console', (message) => traffic.console.push(message.text()));
  page.on('pageerror', (error) => traffic.console.push(error.message));
  page.on('request', (request) => {
    const entry = request.allHeaders().then((headers) => {
      const [method, url, body] = [request.method(), request.url(), request.postData()];
      traffic.requests.push({ method, url, headers, body });
    });
    // If the browser crashes, the test fails before `settle` waits for this promise.
    entry.catch(() => undefined);
    pending.push(entry);
  });
  page.on('response', (response) => {
    const entry = response
      .text()
      // If the page may not read a response, the browser does not keep the body either.
      .catch(() => '')
      .then((body) => {
        traffic.answers.push({ url: response.url(), status: response.status(), body });
      });
    pending.push(entry);
  });
  page.on('websocket', (socket) => {
    const entry = { url: socket.url(), sent: [] as string[], received: [] as string[] };
    traffic.sockets.push(entry);
    socket.on('framesent', ({ payload }) => entry.sent.push(String(payload)));
    socket.on('framereceived', ({ payload }) => entry.received.push(String(payload)));
  });
  return {
    page,
    traffic,
    async settle() {
      await Promise.all(pending);
    },
  };
}

/**
 * Opens an address in a new browser profile, and calls `use`. Fails if the page writes anything unexpected to the console, or
 * sends a request to another machine.
 */
export async function visit(
  browser: Browser,
  address: string,
  use: (visit: Visit, context: BrowserContext) => Promise<void>,
  options: BrowserContextOptions & { readonly before?: (page: Page) => Promise<unknown> } = {},
): Promise<void> {
  const { before, ...contextOptions } = options;
  const context = await browser.newContext(contextOptions);
  try {
    const page = await context.newPage();
    const seen = watch(page);
    await before?.(page);
    await page.goto(address);
    await use(seen, context);
    await seen.settle();
    const { requests, sockets, console } = seen.traffic;
    const hosts = [...requests, ...sockets].map(({ url }) => new URL(url).hostname);
    expect(hosts.filter((host) => !['localhost', '127.0.0.1'].includes(host))).toEqual([]);
    expect(console.filter((text) => !EXPECTED_NOISE.test(text))).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Returns the address of the page with a query. */
export function addressOf(origin: string, query: Readonly<Record<string, string>>): string {
  return `${origin}/?${new URLSearchParams(query)}`;
}

/** Returns the address of the page with a query that contains the addresses of an endpoint and its API server. */
export const addressFor = (
  origin: string,
  { url, apiServer }: Pick<Endpoint, 'url' | 'apiServer'>,
) => addressOf(origin, { endpoint: url, api_server: apiServer });

export const transcribe = (page: Page) =>
  page.getByRole('button', { name: 'Transcribe', exact: true }).click();

export const untilStatus = (page: Page, text: string | RegExp) =>
  page.getByRole('status').filter({ hasText: text }).waitFor();

/** Waits until the page shows a problem, and returns its text. */
export async function problemOn(page: Page): Promise<string> {
  await untilStatus(page, 'Stopped.');
  return page.getByRole('alert').innerText();
}

/** Returns the page's content, and everything that a script could have stored in the browser. */
export async function remainsOf(page: Page, context: BrowserContext): Promise<string> {
  const inPage = await page.evaluate<unknown>(`({
    html: document.documentElement.outerHTML,
    text: document.documentElement.innerText,
    fields: [...document.querySelectorAll('input')].map((field) => field.value),
    address: location.href,
    history: JSON.stringify(history.state),
    name: window.name,
    cookie: document.cookie,
    local: JSON.stringify(localStorage),
    session: JSON.stringify(sessionStorage),
  })`);
  const stored = await context.storageState({ indexedDB: true });
  return JSON.stringify({ inPage, stored });
}
