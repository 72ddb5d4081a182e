import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeClock } from '../../src/clock';
import { secret } from '../../src/core/secret';
import { type SandboxServer, startSandbox } from '../../src/sandbox/server';
import { call } from '../sandbox/support';
import { envFor, type RunOptions } from '../support/run';
import { configDirWith } from '../support/stored';
import { runUntilStopped } from '../support/until-stopped';

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

/** `vstoken serve --json` against the sandbox of these tests. */
function serve(line: string, use: (endpoint: Endpoint) => Promise<void>, options: RunOptions = {}) {
  return runUntilStopped(`serve --port 0 --json ${line}`, (first) => use(JSON.parse(first)), {
    env: envFor(service),
    clock,
    ...options,
  });
}

const bodyOf = ({ body }: { readonly body: Buffer }) => JSON.parse(String(body));

describe('vstoken serve', () => {
  it('says first where it listens, hands out tokens that work, and ends with 130', async () => {
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
    expect(err).toContain('GET /token 200 0 ms readonly, one-time, 10 s\n');
  });

  it('takes its ceiling from the options, else from the settings', async () => {
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

  it('S57 serves the secret of the run, and no other, prefix or longer one', async () => {
    const before = service.stats().mints;
    await serve(`--allow-origin ${PAGE}`, async ({ url, secret: right }) => {
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
});
