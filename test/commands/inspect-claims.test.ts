import { describe, expect, it } from 'vitest';
import { type RunOptions, run } from '../support/run';
import { newConfigDir } from '../support/stored';

const KEY = 'ZebraKey5d2Q8xB41zVw5end';
const WITHHELD = '(withheld: it contains a secret)';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const TOKEN = [
  encoded({ alg: 'HS256', kid: KEY }),
  encoded({ sub: 'user', apiKey: KEY, nested: [{ [KEY]: KEY.toUpperCase() }], exp: 4_102_444_800 }),
  'signature',
].join('.');

async function expectWithheld(options: RunOptions) {
  const { out, json } = await run('inspect --json', { stdin: TOKEN, ...options });
  const { jwt } = json<{ jwt: unknown }>();
  expect(jwt).toMatchObject({
    header: { alg: 'HS256', kid: WITHHELD },
    claims: { sub: 'user', apiKey: WITHHELD, nested: [{ [WITHHELD]: WITHHELD }] },
  });
  const { out: text } = await run('inspect', { stdin: TOKEN, ...options });
  expect((out + text).toUpperCase()).not.toContain(KEY.toUpperCase());
}

describe('S61 inspect shows no API key that a service has put into a token', () => {
  it('if the key is in the environment', () =>
    expectWithheld({ env: { VOCALSTACK_API_KEY: KEY } }));

  it('if the key is in a file', () =>
    expectWithheld({
      env: { VOCALSTACK_API_KEY_FILE: '/run/key' },
      files: { '/run/key': `${KEY}\n` },
    }));

  it('if the key is in a profile', async () => {
    const configDir = newConfigDir();
    const line = 'login --with-key --no-verify --store plaintext';
    expect(await run(line, { stdin: KEY, configDir })).toMatchObject({ code: 0 });
    await expectWithheld({ configDir });
  });
});
