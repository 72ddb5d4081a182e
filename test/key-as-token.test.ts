import { expect, it } from 'vitest';
import { startService } from './e2e/support/service';
import { autoAdvancingClock } from './support/auto-advancing-clock';
import { run } from './support/run';

const KEY = 'ZebraKey5d2Q8xB41zVw5end';

const jwtWith = (more: string) => {
  const claims = Buffer.from(JSON.stringify({ of: more, apiKey: KEY, exp: 4_102_444_800 }));
  return `eyJhbGciOiJIUzI1NiJ9.${claims.toString('base64url')}.signature`;
};

it.each<readonly [string, string]>([
  ['in hex', Buffer.from(KEY).toString('hex').toUpperCase()],
  ...['', 'a', 'bc'].map((more) => [`in the claims of a JWT ${more}`, jwtWith(more)] as const),
])('S61 a token that contains the API key %s is rejected', async (_, token) => {
  const service = await startService({ token });
  const env = { VOCALSTACK_API_SERVER: service.url, VOCALSTACK_API_KEY: KEY };
  const { code, out, error } = await run('mint --json', { env });
  await service.close();
  expect({ code, out, reason: error().code }).toEqual({
    ...{ code: 7, out: '', reason: 'invalid_response' },
  });
});

it.each(['mint --prove', 'test --mode read', 'verify --only no-query', 'exec -- true'])(
  'S61 an API key that a service returns as a token is not used: %s',
  async (line) => {
    const service = await startService({ token: `Bearer.${KEY}` });
    const { clock, watch, advanceUntilDone } = autoAdvancingClock();
    const running = run(line, {
      ...{ clock, network: watch },
      env: { VOCALSTACK_API_SERVER: service.url, VOCALSTACK_API_KEY: KEY },
    });
    const { code, out, err } = await advanceUntilDone(running).finally(() => service.close());
    expect(code).not.toBe(0);
    expect(service.counts).toMatchObject({ reads: 0, upgrades: 0 });
    expect(out + err).not.toContain(KEY);
  },
);
