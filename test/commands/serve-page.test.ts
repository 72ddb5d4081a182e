import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_FILES } from '../../src/commands/serve/page';
import type { Environment } from '../../src/core/environment';
import { secret } from '../../src/core/secret';
import { type SandboxServer, startSandbox } from '../../src/sandbox/server';
import { fakeClock } from '../../src/system/clock';
import { createOpenBrowser } from '../../src/system/open-browser';
import { readPageFile } from '../../src/system/page-files';
import { call } from '../sandbox/support';
import { closedPort } from '../support/fault-server';
import { envFor, type RunOptions, run } from '../support/run';
import { runUntilStopped } from '../support/until-stopped';

const KEY = 'serve-page-key-canary-31ce';
const EXAMPLE = join(import.meta.dirname, '../../examples/browser');
const clock = fakeClock();

let service: SandboxServer;
beforeAll(async () => {
  service = await startSandbox({ port: 0, clock, apiKey: secret(KEY) });
});
afterAll(() => service.close());

interface Served {
  readonly url: string;
  readonly path: string;
  readonly page: string;
  readonly api_server: string;
  readonly allow_origins: readonly string[];
  readonly access: string;
}

/** Runs `vstoken serve --page --json` against the sandbox of these tests. */
function serve(line: string, use: (served: Served) => Promise<void>, options: RunOptions = {}) {
  return runUntilStopped(
    `serve --port 0 --page --json ${line}`,
    (first) => use(JSON.parse(first)),
    { env: envFor(service), clock, ...options },
  );
}

/** Returns the names and values that settings.js exports. */
const settingsIn = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/^export const (\w+) = (.*);$/gm)].map(([, name, value]) => [
      name,
      JSON.parse((value ?? '').replaceAll("'", '"')),
    ]),
  );

const settingsOf = async ({ page }: Served) =>
  settingsIn(String((await call(page, '/settings.js')).body));

describe('S78 the page of vstoken serve --page', () => {
  it('serves the files of the example, and nothing else', async () => {
    await serve('', async ({ page }) => {
      const files = readdirSync(EXAMPLE).filter((name) => name !== 'package.json');
      const served = Object.keys(PAGE_FILES).filter((path) => path.lastIndexOf('/') === 0);
      expect([...served, '/settings.js'].sort()).toEqual(
        ['', ...files].map((name) => `/${name}`).sort(),
      );
      for (const name of ['', ...files.filter((file) => file !== 'settings.js')]) {
        const reply = await call(page, `/${name}`);
        expect({ name, status: reply.status }).toEqual({ name, status: 200 });
        const text = readFileSync(join(EXAMPLE, name || 'index.html'), 'utf8');
        expect(String(reply.body)).toBe(text);
        expect(reply.headers).toMatchObject({
          'content-type': expect.stringMatching(
            /^(text\/(html|css|javascript)|image\/svg\+xml); charset=utf-8$/,
          ),
          'x-content-type-options': 'nosniff',
          'content-security-policy': "frame-ancestors 'none'",
          'referrer-policy': 'no-referrer',
          'cross-origin-resource-policy': 'same-origin',
          'cache-control': 'no-store',
        });
        expect(reply.headers['access-control-allow-origin']).toBe(undefined);
      }
      const others = [
        ...['/package.json', '/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json'],
        ...['/app.js/', '//app.js', '/constructor', '/__proto__', '/dist/browser/index.mjs'],
        ...['/vocalstack-token/index.js', '/examples/browser/app.js', '/token'],
      ];
      for (const path of others) {
        expect({ path, status: (await call(page, path)).status }).toEqual({ path, status: 404 });
      }
    });
  });

  it('allows only GET and HEAD', async () => {
    await serve('', async ({ page }) => {
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const reply = await call(page, '/', { method });
        expect([method, reply.status, reply.headers.allow]).toEqual([method, 405, 'GET, HEAD']);
      }
      const [got, head] = [await call(page, '/'), await call(page, '/', { method: 'HEAD' })];
      expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });
      expect(head.headers['content-length']).toBe(got.headers['content-length']);
    });
  });

  it('answers only to its own host names, and redirects them to its origin', async () => {
    const { err } = await serve('', async ({ page }) => {
      const { port } = new URL(page);
      for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.nip.io:${port}`]) {
        expect((await call(page, '/', { headers: { host } })).status).toBe(421);
      }
      const headers = { host: `localhost:${port}` };
      const reply = await call(page, '/captions.html?a=b%20c', { headers });
      expect(reply).toMatchObject({ status: 307, body: Buffer.alloc(0) });
      expect(reply.headers.location).toBe(`${page}/captions.html?a=b%20c`);
      // A browser reads `//evil.example/` as the URL of another host, so the answer must not redirect to it.
      expect((await call(page, '//evil.example/', { headers })).status).toBe(404);
    });
    expect(err).toContain('GET 421 wrong_host');
  });

  it('gets tokens only for its own origin', async () => {
    await serve('--access readwrite', async (served) => {
      const { url, page, allow_origins: origins } = served;
      expect(page).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(origins).toEqual([page]);
      const ask = (origin: string) => call(url, '/token', { method: 'POST', headers: { origin } });
      const reply = await ask(page);
      expect(reply.status).toBe(200);
      expect(JSON.parse(String(reply.body))).toMatchObject({ access: 'readwrite' });
      expect(reply.headers['access-control-allow-origin']).toBe(page);
      const { port } = new URL(page);
      const others = [`http://localhost:${port}`, `http://[::1]:${port}`, url, 'null'];
      others.push('http://localhost:5173', `https://127.0.0.1:${port}`);
      for (const origin of others) {
        expect({ origin, status: (await ask(origin)).status }).toEqual({ origin, status: 403 });
      }
    });
  });

  it('is allowed in addition to the origins of --allow-origin', async () => {
    await serve('--allow-origin http://localhost:5173', async ({ page, allow_origins }) => {
      expect(allow_origins).toEqual(['http://localhost:5173', page]);
    });
  });
});

describe('vstoken serve --page', () => {
  it('gives the page its servers, under the names of the example', async () => {
    await serve('--path /api/token', async (served) => {
      expect(await settingsOf(served)).toEqual({
        ENDPOINT: `${served.url}/api/token`,
        API_SERVER: service.url,
        AUDIO: `${service.url}/sandbox/clip.wav`,
        IS_SERVED: true,
      });
      const names = Object.keys(await settingsOf(served));
      const example = settingsIn(readFileSync(join(EXAMPLE, 'settings.js'), 'utf8'));
      expect(Object.keys(example)).toEqual(names);
      expect(example).toMatchObject({ IS_SERVED: false });
    });
  });

  it('works with --sandbox: the token of the page opens a session there', async () => {
    await serve(
      '--sandbox',
      async (served) => {
        const { ENDPOINT, API_SERVER, AUDIO } = await settingsOf(served);
        expect(API_SERVER).toBe(served.api_server);
        expect(AUDIO).toBe(`${served.api_server}/sandbox/clip.wav`);
        expect(served.access).toBe('readwrite');
        const headers = { origin: served.page };
        const answer = await call(ENDPOINT, new URL(ENDPOINT).pathname, { headers });
        const { token } = JSON.parse(String(answer.body));
        const reply = await call(API_SERVER, '/transcriptions', {
          authorization: `Bearer ${token}`,
          headers,
        });
        expect(reply.status).toBe(200);
        expect(reply.headers['access-control-allow-origin']).toBe(served.page);
        expect((await call(API_SERVER, '/sandbox/clip.wav')).status).toBe(200);
      },
      { env: {} },
    );
  });

  it('names a public recording if the server is the service', async () => {
    const { err } = await serve(
      '--access readwrite --quiet',
      async (served) => {
        expect(await settingsOf(served)).toMatchObject({
          API_SERVER: 'https://api.vocalstack.com',
          AUDIO: expect.stringMatching(/^https:.*jfk\.flac$/),
        });
      },
      {
        env: { VOCALSTACK_API_KEY: KEY },
        network: (real) => ({
          ...real,
          http: { ...real.http, send: () => Promise.reject(new Error('no network')) },
        }),
      },
    );
    expect(err).toContain('Could not check the key');
  });

  it('prints the URLs from --public-url, in the order endpoint, sandbox, page', async () => {
    const [endpoint, sandbox, page] = ['8788', '8787', '5173'].map(
      (port) => `https://box-${port}.example.dev`,
    );
    const lineFor = (...origins: readonly (string | undefined)[]) =>
      origins.map((origin) => `--public-url ${origin}`).join(' ');
    const port = await closedPort();
    const own = `http://127.0.0.1:${port}`;
    await serve(
      `--sandbox --page-port ${port} ${lineFor(endpoint, sandbox, page)}`,
      async (served) => {
        expect(served).toMatchObject({ url: endpoint, api_server: sandbox, page });
        expect(served.allow_origins).toEqual([page]);
        const hosts = [new URL(page ?? '').host, `127.0.0.1:${port}`, `localhost:${port}`];
        for (const host of hosts) {
          const reply = await call(own, '/settings.js', { headers: { host } });
          expect({ host, status: reply.status }).toEqual({ host, status: 200 });
          const { AUDIO, ...rest } = settingsIn(String(reply.body));
          expect(rest).toMatchObject({ ENDPOINT: `${endpoint}/token`, API_SERVER: sandbox });
          // AUDIO is the URL of the audio clip of the sandbox. The sandbox itself downloads this clip, so the URL must have the
          // local address, even with --public-url.
          const audio = new URL(AUDIO);
          expect(audio.hostname).toBe('127.0.0.1');
          const preflight = await call(audio.origin, '/transcriptions', {
            method: 'OPTIONS',
            headers: { origin: page ?? '', 'access-control-request-method': 'GET' },
          });
          expect(preflight.headers['access-control-allow-origin']).toBe(page);
        }
      },
      { env: {} },
    );
    await serve(lineFor(endpoint, page), async (served) => {
      expect(served).toMatchObject({ url: endpoint, api_server: service.url, page });
    });
  });

  it('shows what to open, and gives one tip that transcribing needs readwrite', async () => {
    const shown = (line: string) =>
      runUntilStopped(`serve --port 0 --page ${line}`, async () => undefined, {
        ...{ env: envFor(service), clock, terminal: 'all' },
      });
    const { out, err } = await shown('');
    const [, page] = /^The page is at (http:\/\/127\.0\.0\.1:\d+)\n/.exec(out) ?? [];
    expect(out).toContain(`Pages:   ${page}\n`);
    expect(err).toContain(`Open ${page} in a browser and press Transcribe.`);
    expect(err).toContain('--access readwrite --lifetime 60s');
    expect(err).not.toContain('No page can get tokens');
    expect(err).not.toContain('UrlTranscription');
    expect(err.match(/^tip: /gm)).toHaveLength(1);
    const both = await shown('--allow-origin http://localhost:5173');
    expect(both.err.match(/^tip: .*/gm)).toEqual([
      'tip: To transcribe with the page (billed): --access readwrite --lifetime 60s',
    ]);
    const billed = await shown('--access readwrite');
    expect(billed.err).toContain('are billed: at most 15 s');
    const named = await shown('--access readwrite --allow-origin http://localhost:5173');
    expect(named.err).toContain('UrlTranscription');
  });

  it('names the option whose port is in use, and leaves nothing running', async () => {
    await serve('', async ({ page, url }) => {
      for (const [taken, flag] of [
        [page, '--page-port'],
        [url, '--port'],
      ] as const) {
        const other = flag === '--port' ? '' : '--port 0';
        const line = `serve --page ${other} ${flag} ${new URL(taken).port} --json`;
        const result = await run(line, { env: envFor(service), clock });
        expect(result).toMatchObject({ code: 3, out: '' });
        expect(result.error()).toMatchObject({
          code: 'cannot_listen',
          hint: expect.stringContaining(` with ${flag}; 0 picks a free port`),
        });
      }
    });
  });

  it('stops both servers', async () => {
    let places: readonly string[] = [];
    const { code } = await serve('', async ({ page, url }) => {
      places = [page, url];
    });
    expect(code).toBe(130);
    for (const place of places) await expect(call(place, '/')).rejects.toThrow('ECONNREFUSED');
  });

  it.each([
    ['--page-port 0', 'conflicting_options', '--page-port'],
    ['--open', 'conflicting_options', '--open'],
    ['--page --page-port 65536', 'invalid_value', '--page-port'],
  ])('rejects %s', async (line, code, flag) => {
    const result = await run(`serve ${line} --json`, { env: envFor(service) });
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.error()).toMatchObject({ code, message: expect.stringContaining(flag) });
  });

  it('reports files that are missing from the package', async () => {
    const result = await run('serve --port 0 --page --json', {
      ...{ env: envFor(service), clock },
      context: (built) => ({ ...built, readPageFile: (path) => readPageFile(`gone/${path}`) }),
    });
    expect(result).toMatchObject({ code: 3, out: '' });
    expect(result.error()).toMatchObject({ code: 'page_not_installed' });
  });
});

interface Started {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment | undefined;
}

/**
 * Runs `serve --page --open` on a system with a fake browser program, which ends with the exit code `exit`.
 * @param exit null if the program cannot be started
 */
async function open(
  platform: NodeJS.Platform,
  env: Environment,
  exit: number | null = 0,
): Promise<{ readonly started: readonly Started[]; readonly page: string; readonly err: string }> {
  const started: Started[] = [];
  let page = '';
  let tell: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const { err } = await serve(
    '--open',
    async (served) => {
      page = served.page;
      await settled;
    },
    {
      context: (built) => ({
        ...built,
        async openBrowser(url) {
          const spawn = (command: string, args: readonly string[], options: SpawnFacts) => {
            started.push({ command, args, env: options.env });
            return childThatEnds(exit);
          };
          const openBrowser = createOpenBrowser({ platform, env, spawn: spawn as never });
          const reason = await openBrowser(url);
          // `serve` prints its note about the browser after this function has returned. setImmediate waits for this note, and
          // `tell` then ends the run.
          setImmediate(tell);
          return reason;
        },
      }),
    },
  );
  return { started, page, err };
}

interface SpawnFacts {
  readonly env?: Environment;
}

function childThatEnds(exit: number | null) {
  return {
    unref: () => undefined,
    once(event: string, listener: (code: number | null) => void) {
      if (event === (exit === null ? 'error' : 'exit')) queueMicrotask(() => listener(exit));
    },
  };
}

describe('vstoken serve --page --open', () => {
  const SECRETS = { VOCALSTACK_API_KEY: KEY, vocalstack_passphrase: KEY, PATH: '/bin' };

  it.each<[string, NodeJS.Platform, Environment, string, readonly string[]]>([
    ['Linux', 'linux', { DISPLAY: ':0' }, 'xdg-open', []],
    ['Wayland', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open', []],
    ['BROWSER', 'linux', { BROWSER: '/opt/show page' }, '/opt/show page', []],
    ['macOS', 'darwin', {}, '/usr/bin/open', []],
    [
      'Windows',
      'win32',
      { SystemRoot: 'D:\\Win' },
      'D:\\Win\\System32\\rundll32.exe',
      ['url.dll,FileProtocolHandler'],
    ],
    [
      'WSL',
      'linux',
      { WSL_DISTRO_NAME: 'Debian', DISPLAY: ':0' },
      'rundll32.exe',
      ['url.dll,FileProtocolHandler'],
    ],
  ])(
    'S26 opens the page with the program of %s, which gets no key',
    async (_name, platform, env, program, args) => {
      const { started, page, err } = await open(platform, { ...SECRETS, ...env });
      expect(started).toEqual([
        { command: program, args: [...args, page], env: { PATH: '/bin', ...env } },
      ]);
      expect(err).not.toContain('No browser');
    },
  );

  it.each<[string, Environment, number | null, string]>([
    ['in CI', { CI: 'true', DISPLAY: ':0' }, 0, 'vstoken opens no browser in CI.'],
    ['without a display', { DISPLAY: '' }, 0, 'This machine has no display.'],
    ['when it cannot be run', { DISPLAY: ':0' }, null, 'could not be run.'],
    ['when it fails', { DISPLAY: ':0' }, 3, 'failed.'],
  ])('continues with a note %s', async (_name, env, exit, reason) => {
    const { page, err } = await open('linux', env, exit);
    expect(err).toMatch(/^note: Could not open a browser\. /m);
    expect(err).toContain(`${reason} Open ${page} yourself.`);
  });
});
