// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeClock, fakeClock } from '../../src/system/clock';
import { type Service, sendJson, startService } from '../e2e/support/service';
import { envFor, type Network, type RunOptions, run } from '../support/run';
import { newConfigDir } from '../support/stored';
import { runUntilStopped } from '../support/until-stopped';

const HOUR_MS = 3_600_000;
const JUMPS = [HOUR_MS, -HOUR_MS];

let clock: FakeClock;
let jumpMs = 0;
let service: Service;
beforeAll(async () => {
  service = await startService({
    onMint(response) {
      clock.jump(jumpMs);
      sendJson(response, 200, { status: 'done', data: 'token-1' });
    },
    onHello: ({ send }) => send({ status: 'error', http_code: 401, data: null }),
  });
});
afterAll(() => service.close());

function runAt(line: string, ms: number, more: RunOptions = {}) {
  jumpMs = ms;
  clock = fakeClock();
  return run(line, { env: envFor(service), clock, ...more });
}

/** Returns a network that calls `event` before it opens a session. */
const atSession =
  (event: () => Promise<void> | void) =>
  (real: Network): Network => ({
    ...real,
    async connect(url, options) {
      await event();
      return real.connect(url, options);
    },
  });

const ISSUED = '2026-11-24T10:00:00.000Z';
const EXPIRED = '2026-11-24T10:00:10.000Z';

describe.each(JUMPS)('S53 a change of the wall clock by %i ms during the request', (ms) => {
  it('does not affect mint, with and without --count', async () => {
    for (const line of ['mint --json', 'mint --count 1 --json']) {
      const minted = (await runAt(line, ms)).json();
      expect(minted).toMatchObject({ issued_at: ISSUED, expires_at: EXPIRED });
    }
  });

  it('does not affect exec', async () => {
    const print = `console.log(process.env.VOCALSTACK_AUTH_TOKEN_EXPIRES_AT)`;
    const { code, out } = await runAt(`exec -- '${process.execPath}' -e '${print}'`, ms);
    expect({ code, out }).toEqual({ code: 0, out: `${EXPIRED}\n` });
  });

  it('does not affect serve', async () => {
    // `serve` checks the key when it starts. The clock must not jump during this check.
    jumpMs = 0;
    clock = fakeClock();
    const options = { env: envFor(service), clock };
    await runUntilStopped(
      'serve --port 0 --json',
      async (first) => {
        jumpMs = ms;
        const { url, path, secret } = JSON.parse(first);
        const headers = { authorization: `Bearer ${secret}` };
        const minted = await (await fetch(`${url}${path}`, { headers })).json();
        expect(minted).toMatchObject({ expires_at: EXPIRED });
      },
      options,
    );
  });
});

describe.each(JUMPS)('S53 a change of the wall clock by %i ms before a token is used', (ms) => {
  const line = 'test --mode connect --json --lifetime 10s';

  it('does not make a new token of test seem expired', async () => {
    const network = atSession(() => clock.jump(ms));
    const { code, error } = await runAt(line, 0, { network });
    expect({ code, is: error().code }).toEqual({ code: 4, is: 'token_refused' });
  });

  it('does not make an expired token seem valid', async () => {
    const network = atSession(async () => {
      clock.jump(ms);
      await clock.advance(11_000);
    });
    const { code, error } = await runAt(line, 0, { network });
    expect({ code, is: error().code }).toEqual({ code: 4, is: 'token_expired' });
    expect(error().message).toContain('1 s ago');
  });

  it('does not affect inspect after its start', async () => {
    const configDir = newConfigDir();
    const minted = await runAt('mint --access readwrite --no-one-time', 0, { configDir });
    const env = { ...envFor(service), VOCALSTACK_AUTH_TOKEN: minted.out.trim() };
    const probe = (event: () => Promise<void> | void) =>
      run('inspect --probe --json', { env, clock, configDir, network: atSession(event) });
    const fresh = await probe(() => clock.jump(ms));
    expect(fresh.error().code).toBe('token_refused');
    clock.jump(-ms);
    const late = await probe(async () => {
      clock.jump(ms);
      await clock.advance(11_000);
    });
    expect(late.error().code).toBe('token_expired');
  });
});
