import { afterAll, beforeAll, expect, it } from 'vitest';
import type { InspectDocument } from '../../src/commands/inspect/document';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { type FakeClock, fakeClock } from '../../src/system/clock';
import { envFor, run } from '../support/run';
import { newConfigDir } from '../support/stored';

let sandbox: RunningSandbox;
let clock: FakeClock;
beforeAll(async () => {
  clock = fakeClock();
  sandbox = await startSandbox({ clock });
});
afterAll(() => sandbox.close());

const SHORT = 'vt7Q_x2LkPz9aRb-4HcW8sYdE3mN';

async function causesOf(stdin: string, configDir: string, env = envFor(sandbox)) {
  const { json } = await run('inspect --json', { stdin, configDir, env, clock });
  return json<InspectDocument>().causes;
}

async function machineThatMinted(): Promise<string> {
  const configDir = newConfigDir();
  await run('mint', { env: envFor(sandbox), configDir, clock });
  return configDir;
}

it.each([
  ['alone', SHORT, ['cut_short']],
  ['in a text', `curl -H "Authorization: Bearer ${SHORT}" https://x/ fails`, ['cut_short']],
  ['in a variable', `VOCALSTACK_AUTH_TOKEN=${SHORT}`, ['assignment', 'cut_short']],
  ['of the same length', 'vt7Q_x2LkPz9aRb-4HcW8sYdE3mNfU6jGoT1iBvKq0M', []],
  ['a JWT, which has many lengths', 'eyJhbGciOiJub25lIn0.e30.abc', []],
])(
  'inspect says that a token was cut short if it is shorter than the tokens minted here: %s',
  async (_where, text, codes) => {
    const configDir = await machineThatMinted();
    const causes = await causesOf(text, configDir);
    expect(causes.map(({ code }) => code)).toEqual(codes);
    const message = causes.find(({ code }) => code === 'cut_short')?.message;
    if (message) {
      expect(message).toBe(
        'The token was cut short: it has 28 characters, and each token minted on this machine for the server has 43 or more.',
      );
    }
  },
);

it('inspect says nothing about the length for another server, after a day, or if nothing was minted', async () => {
  const configDir = await machineThatMinted();
  const other = { ...envFor(sandbox), VOCALSTACK_API_SERVER: 'http://127.0.0.1:1' };
  expect(await causesOf(SHORT, configDir, other)).toEqual([]);
  expect(await causesOf(SHORT, newConfigDir())).toEqual([]);
  await clock.advance(25 * 3_600_000);
  expect(await causesOf(SHORT, configDir)).toEqual([]);
});
