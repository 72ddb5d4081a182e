import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { fakeClock } from '../../src/system/clock';
import { envFor, run } from '../support/run';
import { configDirWith, configFile, newConfigDir, storedIn } from '../support/stored';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const GOOD: readonly (readonly [name: string, text: string, value: unknown])[] = [
  ['access', 'readonly', 'readonly'],
  ['lifetime', '2m', 120],
  ['one_time', 'true', true],
  ['language', 'de', 'de'],
  ['test_url', 'https://example.com/a.wav', 'https://example.com/a.wav'],
  ['api_server', 'http://localhost:8787', 'http://localhost:8787'],
  ['timeout', '500ms', 0.5],
  ['store', 'passphrase', 'passphrase'],
  ['ledger', 'off', 'off'],
];

describe('vstoken config', () => {
  it.each(GOOD)('sets, gets and unsets %s', async (name, text, value) => {
    const configDir = newConfigDir();
    expect((await run(`config set ${name} ${text}`, { configDir })).code).toBe(0);
    expect(storedIn(configDir).settings).toEqual({ [name]: value });
    const got = await run(`config get ${name} --json`, { configDir });
    const { default: preset, ...row } = got.json<{ default: unknown }>();
    expect(row).toEqual({ name, value, source: 'setting' });
    expect([typeof value, 'object']).toContain(typeof preset);
    const again = await run(`config get ${name}`, { configDir });
    expect((await run(['config', 'set', name, again.out.trim()], { configDir })).code).toBe(0);
    expect(storedIn(configDir).settings).toEqual({ [name]: value });
    await run(`config unset ${name}`, { configDir });
    expect(storedIn(configDir).settings).toEqual({});
  });

  it('lists the meaning, the value and the source of each setting', async () => {
    const configDir = newConfigDir();
    await run('config set lifetime 60s', { configDir });
    const env = { VOCALSTACK_TIMEOUT: '5s', VOCALSTACK_TEST_URL: 'no URL' };
    const { out } = await run('config list', { configDir, env });
    expect(out).toMatch(/^lifetime +60s: the lifetime of minted tokens$/m);
    expect(out).toMatch(/^access +readonly \(default\): the access of minted tokens$/m);
    expect(out).toMatch(/^timeout +5s \(VOCALSTACK_TIMEOUT\): /m);
    const { json } = await run('config list --json', { configDir, env });
    expect(json<{ settings: unknown[] }>().settings).toEqual(
      expect.arrayContaining([
        { name: 'lifetime', value: 60, default: 10, source: 'setting' },
        { name: 'one_time', value: true, default: true, source: 'default' },
        { name: 'timeout', value: 5, default: null, source: 'VOCALSTACK_TIMEOUT' },
        { name: 'test_url', value: null, default: null, source: 'VOCALSTACK_TEST_URL' },
      ]),
    );
  });

  it('S43 has a setting for the deadline, which the variable and the option override', async () => {
    const configDir = configDirWith(sandbox);
    await run('config set timeout 5s', { configDir });
    const silent = await startSandbox({ latencyMs: 3_600_000 });
    const late = async (line: string, env: Record<string, string> = {}) => {
      const clock = fakeClock();
      const running = run(`mint --json ${line}`, {
        configDir,
        clock,
        env: { ...envFor(silent), ...env },
      });
      await expect.poll(() => clock.waiting().length).toBeGreaterThan(0);
      const [deadline] = clock.waiting().slice(-1);
      await clock.advance(deadline ?? 0);
      expect((await running).error().code).toBe('timeout');
      return deadline;
    };
    expect(await late('')).toBe(5000);
    expect(await late('', { VOCALSTACK_TIMEOUT: '7s' })).toBe(7000);
    expect(await late('--timeout 9s')).toBe(9000);
    await silent.close();
  });

  it('lists all settings, and prints the path of their file', async () => {
    const configDir = newConfigDir();
    const { json } = await run('config list --json', { configDir });
    expect(json<{ settings: { name: string }[] }>().settings.map(({ name }) => name)).toEqual(
      GOOD.map(([name]) => name),
    );
    expect((await run('config path', { configDir })).out).toBe(`${configFile(configDir)}\n`);
  });

  it.each([
    ['config', 'invalid_arguments'],
    ['config CANARY', 'invalid_arguments'],
    ['config set lifetime', 'invalid_arguments'],
    ['config get CANARY', 'invalid_value'],
    ['config set CANARY x', 'invalid_value'],
    ['config set lifetime CANARY', 'invalid_value'],
    ['config set lifetime 121', 'invalid_value'],
    ['config set access CANARY', 'invalid_value'],
    ['config set one_time CANARY', 'invalid_value'],
    ['config set test_url https://user:CANARY@example.com/', 'invalid_value'],
    ['config set api_server http://CANARY.invalid', 'insecure_server'],
    ['config set store CANARY', 'invalid_value'],
  ])('%s exits with 2, and does not repeat the value', async (line, expected) => {
    const configDir = configDirWith(sandbox);
    const { code, out, err } = await run(line, { configDir });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(expected);
    expect(err).not.toContain('CANARY');
    expect(storedIn(configDir).settings).toEqual({});
  });

  it('suggests the most similar setting', async () => {
    expect((await run('config get lifetimes')).err).toContain('Did you mean lifetime?');
  });

  it.each(['access readwrite', 'one_time false'])(
    'asks before %s, which gives every token more rights, or needs --yes',
    async (words) => {
      const configDir = newConfigDir();
      const refused = await run(`config set ${words} --json`, { configDir });
      expect(refused.code).toBe(2);
      expect(refused.error().hint).toContain(`vstoken config set ${words} --yes`);
      const terminal = 'all' as const;
      const no = await run(`config set ${words}`, { configDir, terminal, answers: [false] });
      expect(no.code).toBe(130);
      expect((await run('config get access', { configDir })).out).toBe('readonly\n');
      const yes = await run(`config set ${words}`, { configDir, terminal, answers: [true] });
      expect(yes.code).toBe(0);
      expect((await run(`config set ${words} --yes`, { configDir })).code).toBe(0);
    },
  );

  it('overrides the defaults, and is overridden by options', async () => {
    const settings = { access: 'readwrite', lifetime: 30, one_time: false };
    const configDir = configDirWith(sandbox, ['default'], settings);
    expect((await run('mint --json', { configDir })).json()).toMatchObject({
      access: 'readwrite',
      lifetime_s: 30,
      one_time: false,
    });
    const line = 'mint --json --access readonly --lifetime 5s --one-time';
    expect((await run(line, { configDir })).json()).toMatchObject({
      access: 'readonly',
      lifetime_s: 5,
      one_time: true,
    });
    expect((await run('mint --json --sandbox', { configDir })).json()).toMatchObject({
      access: 'readonly',
      lifetime_s: 10,
    });
  });

  it('sets the audio, the language and the server for test', async () => {
    const settings = {
      language: 'de',
      test_url: `${sandbox.url}/sandbox/clip.wav?x=1`,
      api_server: sandbox.url,
    };
    const configDir = configDirWith(sandbox, ['default'], settings);
    const env = { VOCALSTACK_API_KEY: sandbox.apiKey };
    const { json } = await run('test --json', { configDir, env });
    expect(json()).toMatchObject({
      ok: true,
      api_server: sandbox.url,
      audio: { language: 'de', url: `${sandbox.url}/sandbox/clip.wav?x=redacted` },
    });
  });

  it('keeps settings of a later version', async () => {
    const configDir = newConfigDir();
    const later = { version: 1, settings: { colour: 'red' }, profile: 'default', profiles: {} };
    writeFileSync(configFile(configDir), JSON.stringify(later), { mode: 0o600 });
    await run('config set lifetime 20s', { configDir });
    expect(storedIn(configDir).settings).toEqual({ colour: 'red', lifetime: 20 });
  });
});

describe('S11 damaged settings', () => {
  it.each([
    ['empty', ''],
    ['cut off', '{"version":1,"settings":{"lifetime":CANARY'],
    ['a list', '["CANARY"]'],
    ['of another version', '{"version":3,"settings":{},"profile":"default","profiles":{}}'],
    [
      'with a setting of the wrong type',
      '{"version":1,"settings":{"lifetime":"CANARY"},"profile":"default","profiles":{}}',
    ],
  ])(
    '(%s) are reported, not changed, and affect only commands that need them',
    async (_how, text) => {
      const configDir = newConfigDir();
      writeFileSync(configFile(configDir), text, { mode: 0o600 });
      for (const line of [
        'mint',
        'status',
        'config list',
        'config set lifetime 20s',
        'profile list',
      ]) {
        const { code, err } = await run(line, { configDir });
        expect({ line, code }).toEqual({ line, code: 3 });
        expect(err).toContain(text.includes('"version":3') ? 'config_newer' : 'config_corrupt');
        expect(err).toContain(configFile(configDir));
        expect(err).not.toContain('CANARY');
      }
      expect(readFileSync(configFile(configDir), 'utf8')).toBe(text);
      const env = envFor(sandbox);
      const minted = await run('mint', { configDir, env });
      expect({ code: minted.code, err: minted.err }).toEqual({
        code: 0,
        err: expect.stringContaining('The settings are ignored.'),
      });
      const status = await run('status --json', { configDir, env });
      expect({ code: status.code, ok: status.json()['ok'] }).toEqual({ code: 0, ok: true });
      expect((await run('mint --sandbox', { configDir })).err).not.toContain('ignored');
      expect((await run('config path', { configDir })).code).toBe(0);
      expect((await run('--help', { configDir })).code).toBe(0);
    },
  );
});

describe('settings that another process has locked', () => {
  it('block a command no longer than --timeout', async () => {
    const configDir = configDirWith(sandbox);
    writeFileSync(`${configFile(configDir)}.lock`, String(process.pid));
    const { code, error } = await run('config set lifetime 9s --timeout 200ms --json', {
      configDir,
    });
    expect({ code, error: error().code }).toEqual({ code: 6, error: 'timeout' });
  });
});
