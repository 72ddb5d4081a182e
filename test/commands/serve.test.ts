import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GlobalValues } from '../../src/cli/globals';
import { snippet } from '../../src/commands/serve/snippet';
import type { Context } from '../../src/context/context';
import { CliError } from '../../src/core/errors';
import { secret } from '../../src/core/secret';
import { openTarget } from '../../src/credentials/open-target';
import type { TargetContext } from '../../src/credentials/target';
import { type SandboxServer, startSandbox } from '../../src/sandbox/server';
import { fakeClock } from '../../src/system/clock';
import { sendJson, startService } from '../e2e/support/service';
import { call } from '../sandbox/support';
import { closedPort } from '../support/fault-server';
import { envFor, type RunOptions, run } from '../support/run';
import { configDirWith } from '../support/stored';
import { runUntilStopped } from '../support/until-stopped';
import { widerThan, withoutBreaks } from '../support/words';

const KEY = 'serve-key-canary-77ab';
const PAGE = 'http://localhost:5173';
const clock = fakeClock();

let service: SandboxServer;
beforeAll(async () => {
  service = await startSandbox({ port: 0, clock, apiKey: secret(KEY) });
});
afterAll(() => service.close());

interface Endpoint {
  readonly url: string;
  readonly path: string;
  readonly secret: string;
  readonly [name: string]: unknown;
}

/** Runs `vstoken serve --json` against the sandbox of these tests. */
function serve(line: string, use: (endpoint: Endpoint) => Promise<void>, options: RunOptions = {}) {
  return runUntilStopped(`serve --port 0 --json ${line}`, (first) => use(JSON.parse(first)), {
    env: envFor(service),
    clock,
    ...options,
  });
}

const bodyOf = ({ body }: { readonly body: Buffer }) => JSON.parse(String(body));

describe('vstoken serve', () => {
  it('prints its address first, serves tokens that work, and exits with 130', async () => {
    const { code, out, err } = await serve(`--allow-origin ${PAGE}`, async (endpoint) => {
      expect(endpoint).toEqual({
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        path: '/token',
        secret: 'unguessable',
        allow_origins: [PAGE],
        access: 'readonly',
        lifetime_s: 10,
        one_time: true,
        api_server: service.url,
        sandbox: false,
        rate: '60/min',
        page: null,
      });
      for (const method of ['GET', 'POST']) {
        const reply = await call(endpoint.url, '/token', { method, headers: { origin: PAGE } });
        expect(reply.status).toBe(200);
        const document = bodyOf(reply);
        expect(document).toEqual({
          token: expect.stringMatching(/^[\w-]{43}$/),
          access: 'readonly',
          lifetime_s: 10,
          one_time: true,
          expires_at: '2026-11-24T10:00:10.000Z',
        });
        const use = await call(service.url, '/transcriptions', {
          authorization: `Bearer ${document.token}`,
        });
        expect(use.status).toBe(200);
      }
    });
    expect(code).toBe(130);
    expect(out.split('\n')).toHaveLength(2);
    expect(err).toContain('GET /token 200 0 ms readonly, one-time, 10 s http://localhost:5173\n');
  });

  it('uses the limits of its options, otherwise those of the settings', async () => {
    const configDir = configDirWith(service, ['default'], { lifetime: 30, access: 'readwrite' });
    const stored = { env: {}, configDir };
    const ceilingOf = ({ access, lifetime_s, one_time }: Endpoint) => [
      access,
      lifetime_s,
      one_time,
    ];
    await serve(
      '',
      async (endpoint) => {
        expect(ceilingOf(endpoint)).toEqual(['readwrite', 30, true]);
      },
      stored,
    );
    await serve(
      '--access readonly --lifetime 2m --no-one-time',
      async (endpoint) => {
        expect(ceilingOf(endpoint)).toEqual(['readonly', 120, false]);
      },
      stored,
    );
  });

  it('records its tokens in the ledger', async () => {
    const configDir = configDirWith(service, ['staging']);
    await serve(
      `--allow-origin ${PAGE} --lifetime 9s`,
      async ({ url }) => {
        await call(url, '/token', { headers: { origin: PAGE } });
        await call(url, '/token', { headers: { origin: 'http://localhost:1' } });
      },
      { env: {}, configDir },
    );
    const facts = { event: 'minted', command: 'serve', profile: 'staging', lifetime_s: 9 };
    const lines = readFileSync(join(configDir, 'ledger.jsonl'), 'utf8').trimEnd().split('\n');
    const [smallest, ...others] = lines.map((line) => JSON.parse(line));
    expect(smallest).toMatchObject({ command: 'serve', access: 'readonly', lifetime_s: 1 });
    expect(others).toEqual([expect.objectContaining(facts)]);
  });

  it('S57 accepts only the exact secret of the run', async () => {
    await serve(`--allow-origin ${PAGE}`, async ({ url, secret: right }) => {
      const before = service.stats().mints;
      const wrong = [
        undefined,
        'Bearer wrong',
        'Bearer',
        'Bearer ',
        `Bearer ${right.slice(0, -1)}`,
        `Bearer ${right}x`,
        `Bearer  ${right}`,
        `Basic ${right}`,
        right,
        `Bearer ${KEY}`,
        `Bearer ${right}, Bearer ${right}`,
      ];
      for (const method of ['GET', 'POST']) {
        for (const authorization of wrong) {
          const options = authorization === undefined ? { method } : { method, authorization };
          const reply = await call(url, '/token', options);
          expect([authorization, reply.status]).toEqual([authorization, 401]);
          expect(reply.headers['www-authenticate']).toBe('Bearer');
          expect(bodyOf(reply)).toEqual({
            error: { code: 'unauthenticated', message: expect.any(String) },
          });
        }
      }
      const page = { headers: { origin: PAGE }, authorization: 'Bearer wrong' };
      expect((await call(url, '/token', page)).status).toBe(401);
      expect(service.stats().mints).toBe(before);
      expect((await call(url, '/token', { authorization: `Bearer ${right}` })).status).toBe(200);
      expect((await call(url, '/token', { authorization: `bearer ${right}` })).status).toBe(200);
      expect(service.stats().mints).toBe(before + 2);
    });
  });

  it('S59 waits at most ten seconds for the service, and then answers with timeout', async () => {
    // Only the first request gets an answer: `serve` needs it to check its key.
    const silent = await startService({
      onMint: (response) => {
        if (silent.counts.mints > 1) return;
        sendJson(response, 200, { status: 'done', data: 'token-1' });
      },
    });
    const own = fakeClock();
    const options = { env: envFor(silent), clock: own };
    await serve(
      '',
      async ({ url, secret: right }) => {
        const reply = call(url, '/token', { authorization: `Bearer ${right}` });
        await silent.until(() => silent.counts.mints === 2);
        await own.advance(10_000);
        expect((await reply).status).toBe(502);
        expect(bodyOf(await reply).error.code).toBe('timeout');
      },
      options,
    );
    await silent.close();
  });

  it('reads its key once, and notes a warning of the service once', async () => {
    const newer = await startService({
      onMint: (response) =>
        response
          .writeHead(200, { 'x-api-version': '1.9.0' })
          .end(JSON.stringify({ status: 'done', data: 'token-1' })),
    });
    const { err } = await serve(
      '',
      async ({ url, secret: right }) => {
        for (let count = 0; count < 3; count += 1) {
          const reply = await call(url, '/token', { authorization: `Bearer ${right}` });
          expect(bodyOf(reply).token).toBe('token-1');
        }
      },
      { env: envFor(newer) },
    );
    expect(err.match(/^note: .*1\.9/gm)).toHaveLength(1);
    expect(newer.counts.mints).toBe(4);
    await newer.close();
  });

  it('shows sample code, with unbroken lines at any width', async () => {
    const { out, err } = await runUntilStopped(
      `serve --port 0 --allow-origin ${PAGE} http://localhost:3000`,
      async () => undefined,
      { env: envFor(service), terminal: 'all', columns: 40 },
    );
    const [, endpoint = ''] = /^Listening on\s(http:\/\/127\.0\.0\.1:\d+\/token)\n/.exec(out) ?? [];
    expect(
      withoutBreaks(out)
        .split(/ (?=[A-Z]\w+:)/)
        .slice(1),
    ).toEqual([
      'Secret: unguessable',
      'Tokens: at most readonly, one-time, 10 s',
      `Pages: ${PAGE}, http://localhost:3000`,
      `Server: ${service.url}`,
      'Rate: 60/min',
    ]);
    expect(widerThan(40, out)).toEqual([]);
    expect(err).toContain(`
  // A session needs a readwrite token: start vstoken serve with --access readwrite.
  import { UrlTranscription } from '@vocalstack/js-sdk';
  const authToken = await fetch('${endpoint}')
    .then((response) => response.json())
    .then((data) => data.token);
  const sdk = new UrlTranscription({ authToken, apiServer: '${service.url}' });
  // connect() does not return when the session is refused.
  const timeLimit = new Promise((_, reject) => {
    setTimeout(() => reject(new Error('The session did not open in time.')), 10000);
  });
  const session = sdk.connect({ url: '${service.url}/sandbox/clip.wav' });
  const transcription = await Promise.race([session, timeLimit]);
  transcription.onData(({ status, data }) => {
    const text = data?.timeline.map((item) => item.text).join(' ');
    document.body.textContent = text || status;
  });
  transcription.start();
`);
    expect(err).toContain('--access readwrite');
    expect(err).toContain(
      `  printf 'header = "Authorization: Bearer %s"\\n' unguessable | curl --config - ${endpoint}\n`,
    );
  });

  it('shows sample code without a terminal, but not the secret', async () => {
    const { err } = await serve(`--allow-origin ${PAGE}`, async () => undefined);
    expect(err).toContain("import { UrlTranscription } from '@vocalstack/js-sdk';\n");
    expect(err).not.toContain('unguessable');
  });

  it('names no API server in the sample code if the server is the default', () => {
    const endpoint = 'http://127.0.0.1:8788/token';
    const lines = snippet(endpoint, 'https://api.vocalstack.com', 'readwrite').join('\n');
    expect(lines).toContain('which this endpoint mints');
    expect(lines).toContain('new UrlTranscription({ authToken });');
    expect(lines).toContain("url: 'https://example.com/speech.mp3'");
  });

  it('accepts an origin with a slash at the end', async () => {
    await serve(
      `--allow-origin ${PAGE.toUpperCase()}/`,
      async ({ url, allow_origins: origins }) => {
        expect(origins).toEqual([PAGE]);
        expect((await call(url, '/token', { headers: { origin: PAGE } })).status).toBe(200);
      },
    );
  });

  it.each([
    [401, 4, 'key_refused'],
    [403, 5, 'forbidden'],
  ])('does not start if the service answers the key with %i', async (status, exit, code) => {
    const refusing = await startSandbox({
      port: 0,
      clock: fakeClock(),
      faults: [`mint:${status}`],
    });
    const result = await run('serve --port 0 --json', { env: envFor(refusing) });
    expect(result).toMatchObject({ code: exit, out: '' });
    expect(result.error().code).toBe(code);
    await refusing.close();
  });

  it('starts if the service is unreachable, warns about it, and logs failures with --quiet', async () => {
    const failing = await startSandbox({
      ...{ port: 0, clock: fakeClock(), faults: ['mint:503:retry-after=600'] },
    });
    const { err } = await serve(
      '--quiet',
      async ({ url, secret: right }) => {
        const authorization = `Bearer ${right}`;
        expect((await call(url, '/token', { authorization })).status).toBe(503);
        expect((await call(url, '/token')).status).toBe(401);
      },
      { env: envFor(failing) },
    );
    expect(err).toMatch(/^warning: Could not check the key: /m);
    expect(err).toMatch(/^warning: GET \/token 503 /m);
    expect(err).not.toContain(' 401 ');
    await failing.close();
  });

  it('S55 accepts a forwarded address only with --public-url, and prints it', async () => {
    const line = '--public-url https://box-8788.example.dev/ --public-url http://192.168.1.5:28787';
    for (const [options, status] of [
      ['', 421],
      [line, 200],
    ] as const) {
      const port = options === '' ? 0 : await closedPort();
      await runUntilStopped(
        `serve --port ${port} --json ${options}`,
        async (first) => {
          const { url, secret: right } = JSON.parse(first);
          const own = options === '' ? url : `http://127.0.0.1:${port}`;
          if (options !== '') expect(url).toBe('https://box-8788.example.dev');
          for (const host of [
            'BOX-8788.example.dev',
            'box-8788.example.dev:443',
            '192.168.1.5:28787',
          ]) {
            const headers = { host, authorization: `Bearer ${right}` };
            const reply = await call(own, '/token', { headers });
            expect([host, reply.status]).toEqual([host, status]);
            if (status === 421) expect(bodyOf(reply).error.message).toContain('--public-url');
          }
          const other = { host: 'evil.example', authorization: `Bearer ${right}` };
          expect((await call(own, '/token', { headers: other })).status).toBe(421);
        },
        { env: envFor(service) },
      );
    }
  });

  it('says how to stop it, and ends with a summary that is not an error', async () => {
    const { code, err } = await serve(
      '',
      async ({ url, secret }) => {
        const headers = { authorization: `Bearer ${secret}` };
        expect((await call(url, '/token', { headers })).status).toBe(200);
        expect((await call(url, '/token')).status).toBe(401);
      },
      { terminal: 'stderr' },
    );
    expect(code).toBe(130);
    expect(err).toContain('Press Ctrl-C to stop.\n');
    expect(err).toMatch(/Stopped: 2 requests, 1 token served\.\n$/);
    expect(err).not.toMatch(/error|interrupted/i);
  });

  it('notes that no page can get tokens, but not with --quiet', async () => {
    const noted = await serve('', async () => undefined);
    expect(noted.err).toContain('note: No page can get tokens. To allow a page: --allow-origin');
    const quiet = await serve('--quiet', async ({ url }) => {
      expect((await call(url, '/token')).status).toBe(401);
    });
    expect(quiet).toMatchObject({ code: 130, err: '' });
  });

  it.each([
    ['--port 65536', '0 to 65535'],
    ['--path token', '/token'],
    ['--path /', '/token'],
    ['--path /token/', '/token'],
    ['--path //token', '/token'],
    ['--path /a/../token', '/token'],
    ['--path /token?x', '/token'],
    [`--path /${'x'.repeat(200)}`, '/token'],
    ['--rate 60', '1/min'],
    ['--rate 0/min', '1/min'],
    ['--rate 10001/min', '10000/min'],
    ['--rate 1/s', '1/min'],
    ['--rate 1.5/min', '1/min'],
    ['--public-url ftp://example.com', 'exact origin'],
    ['--allow-origin *', 'exact origin'],
    ['--allow-origin null', 'exact origin'],
    ['--allow-origin http://localhost:5173//', 'exact origin'],
    ['--allow-origin http://localhost:5173/a', 'exact origin'],
    ['--allow-origin localhost:5173', 'exact origin'],
    ['--allow-origin file:///', 'exact origin'],
    ['--lifetime 121', '1 to 120'],
    ['--access admin', 'readonly or readwrite'],
  ])('rejects %s and names the allowed values', async (options, allowed) => {
    const result = await run(`serve --json ${options}`, { env: envFor(service) });
    expect(result.code).toBe(2);
    expect(result.out).toBe('');
    expect(result.error().message).toContain(allowed);
  });

  it.each([
    ['key_empty', 4, { VOCALSTACK_API_KEY: '' }],
    ['key_malformed', 4, { VOCALSTACK_API_KEY: 'two words' }],
    ['insecure_server', 2, { VOCALSTACK_API_SERVER: 'http://host.invalid' }],
  ])('does not start without a usable key and server: %s', async (code, exit, more) => {
    const env = { ...envFor(service), ...more };
    const result = await run('serve --port 0 --json', { env });
    expect(result).toMatchObject({ code: exit, out: '' });
    expect(result.error().code).toBe(code);
  });

  it.each(['--timeout 5s', '--secret x', '--token x'])('does not accept %s', async (option) => {
    const { error } = await run(`serve --json ${option}`, { env: envFor(service) });
    expect(error()).toMatchObject({ code: 'unknown_option', exit: 2 });
  });
});

describe('the sandbox of vstoken serve', () => {
  const openWith = (taken: readonly number[], error: CliError) => {
    const asked: unknown[] = [];
    const warnings: string[] = [];
    const context = {
      notes: { warn: (text: string) => warnings.push(text) },
      startSandbox: async (options: { readonly port: number }) => {
        asked.push(options);
        if (taken.includes(options.port)) throw error;
        return { url: `http://127.0.0.1:${options.port}`, apiKey: 'a-key', close: async () => {} };
      },
    } as unknown as TargetContext;
    const manner = { port: 8787, allowOrigins: [PAGE], allowPrivateAudio: false };
    const globals = { sandbox: true } as GlobalValues;
    return { asked, warnings, opened: openTarget(context, globals, manner) };
  };

  it.each([
    ['', false],
    ['--allow-private-audio', true],
  ])('S68 fetches private audio only with --allow-private-audio: "%s"', async (option, allowed) => {
    const asked: unknown[] = [];
    const context = (built: Context): Context => ({
      ...built,
      startSandbox(settings) {
        asked.push(settings);
        return startSandbox({ ...settings, port: 0, clock });
      },
    });
    await serve(`--sandbox ${option}`, async () => undefined, { env: {}, context });
    expect(asked).toEqual([
      {
        ...{ port: 8787, allowOrigins: [], publicOrigins: [], allowPrivateAudio: allowed },
        log: expect.any(Function),
      },
    ]);
  });

  it('S68 requires --sandbox for --allow-private-audio', async () => {
    const { error } = await run('serve --port 0 --json --allow-private-audio', {
      env: envFor(service),
    });
    expect(error()).toMatchObject({ code: 'conflicting_options', exit: 2 });
    expect(error().message).toContain('--sandbox');
  });

  it('listens on the default sandbox port, for the same pages', async () => {
    const { asked, warnings, opened } = openWith([], new CliError('cannot_listen', 'Taken.'));
    expect((await opened).apiServer).toBe('http://127.0.0.1:8787');
    expect(warnings).toEqual([]);
    expect(asked).toEqual([{ port: 8787, allowOrigins: [PAGE], allowPrivateAudio: false }]);
  });

  it('uses another port if the default one is in use, and notes it', async () => {
    const { asked, warnings, opened } = openWith([8787], new CliError('cannot_listen', 'Taken.'));
    const { apiServer } = await opened;
    expect(warnings.join()).toContain('Port 8787 is in use');
    expect(warnings.join()).toContain(apiServer);
    expect(asked).toEqual([
      { port: 8787, allowOrigins: [PAGE], allowPrivateAudio: false },
      { port: 0, allowOrigins: [PAGE], allowPrivateAudio: false },
    ]);
  });

  it('does not start if there is another error', async () => {
    const { asked, opened } = openWith([8787], new CliError('internal_error', 'No clip.'));
    await expect(opened).rejects.toMatchObject({ code: 'internal_error' });
    expect(asked).toHaveLength(1);
  });

  it('lets pages transcribe by default, whatever the settings say', async () => {
    const configDir = configDirWith(service, ['default'], { access: 'readonly', lifetime: 5 });
    const ceilings: unknown[] = [];
    for (const line of ['--sandbox', '--sandbox --access readonly --lifetime 5s']) {
      await serve(
        line,
        async ({ access, lifetime_s, one_time, sandbox, api_server: server }) => {
          ceilings.push([access, lifetime_s, one_time]);
          expect(sandbox).toBe(true);
          expect(server).not.toBe(service.url);
        },
        { env: {}, configDir },
      );
    }
    expect(ceilings).toEqual([
      ['readwrite', 60, true],
      ['readonly', 5, true],
    ]);
  });
});
