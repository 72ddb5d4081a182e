import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { type RunOptions, run } from '../support/run';
import { configDirWith, configFile, newConfigDir } from '../support/stored';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

interface Row {
  readonly source: string;
  readonly state: string;
}

/** Returns a text for each source of the key that is not `unset`, in order: the name and the state of the source. */
async function sourcesOf(line: string, options: RunOptions): Promise<readonly string[]> {
  const { json } = await run(`${line} --json`, options);
  return json<{ sources: readonly Row[] }>()
    .sources.filter(({ state }) => state !== 'unset')
    .map(({ source, state }) => `${source} ${state}`);
}

describe('vstoken status', () => {
  it('prints every member of its document, with and without a key', async () => {
    const configDir = configDirWith(sandbox);
    const stored = await run('status --json', { configDir });
    expect(stored.json()).toEqual({
      ok: true,
      profile: 'default',
      store: 'plaintext',
      program: null,
      api_server: sandbox.url,
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      created_at: '2026-11-01T00:00:00.000Z',
      last_used_at: null,
      sources: expect.any(Array),
      check: null,
      config_path: configFile(configDir),
      error: null,
    });
    const none = await run('status --json', { configDir: newConfigDir() });
    expect(none.code).toBe(4);
    expect(Object.keys(none.json())).toEqual(Object.keys(stored.json()));
    expect(none.json()).toMatchObject({ ok: false, profile: null, error: { code: 'no_key' } });
    expect(none.error().code).toBe('no_key');
  });

  it('S17 names the source that is used, and those that are not', async () => {
    const configDir = configDirWith(sandbox, ['default', 'other']);
    const key = { VOCALSTACK_API_KEY: 'x' };
    const file = { VOCALSTACK_API_KEY_FILE: '/key' };
    const named = { VOCALSTACK_PROFILE: 'other' };
    const files = { '/key': 'from-file' };
    const at = (line: string, env: RunOptions['env']) =>
      sourcesOf(line, { configDir, files, ...(env && { env }) });
    expect(await at('status', {})).toEqual(['profile in use used']);
    expect(await at('status', named)).toEqual([
      'VOCALSTACK_PROFILE used',
      'profile in use shadowed',
    ]);
    expect(await at('status', { ...file, ...named })).toEqual([
      'VOCALSTACK_API_KEY_FILE used',
      'VOCALSTACK_PROFILE shadowed',
      'profile in use shadowed',
    ]);
    expect((await at('status', { ...key, ...file }))[0]).toBe('VOCALSTACK_API_KEY used');
    expect(await at('status --profile other', { ...key, ...named })).toEqual([
      '--profile used',
      'VOCALSTACK_API_KEY shadowed',
      'VOCALSTACK_PROFILE shadowed',
      'profile in use shadowed',
    ]);
  });

  it('reports an empty variable as empty, as text and as JSON', async () => {
    const { out } = await run('status', { env: { VOCALSTACK_API_KEY: '' } });
    expect(out).toMatch(/VOCALSTACK_API_KEY +empty$/m);
    expect(out).toMatch(/VOCALSTACK_API_KEY_FILE +not set$/m);
    const json = await run('status --json', { env: { VOCALSTACK_API_KEY: '' } });
    expect(json.error().message).toContain('VOCALSTACK_API_KEY is set, but empty');
  });

  it('shows the server that is used if its variable is empty', async () => {
    const env = { VOCALSTACK_API_KEY: sandbox.apiKey, VOCALSTACK_API_SERVER: '' };
    const configDir = configDirWith(sandbox, ['default']);
    const { err } = await run('mint', { env: { VOCALSTACK_API_SERVER: '' }, configDir });
    expect(err).toContain(`VOCALSTACK_API_SERVER is empty, so ${sandbox.url} is used.`);
    const named = await run(`mint --api-server ${sandbox.url}`, { env });
    expect(named.err).not.toContain('is empty');
  });

  it('shows the key that mint uses', async () => {
    const configDir = configDirWith(sandbox, ['default', 'other']);
    const env = { VOCALSTACK_API_KEY: 'no-key', VOCALSTACK_API_SERVER: sandbox.url };
    expect((await run('mint', { configDir, env })).code).toBe(4);
    const { json } = await run('mint --profile other --json', { configDir, env });
    expect(json()).toMatchObject({ profile: 'other' });
    const none = { VOCALSTACK_API_KEY: '', VOCALSTACK_PROFILE: '' };
    expect((await run('mint --json', { configDir, env: none })).json()).toMatchObject({
      profile: 'default',
    });
  });

  it('shows unused sources and how the key is protected, but no key', async () => {
    const configDir = configDirWith(sandbox);
    const { out, code } = await run('status', { configDir, env: { VOCALSTACK_API_KEY: 'CANARY' } });
    expect(code).toBe(0);
    expect(out).toContain('Key:         VOCALSTACK_API_KEY');
    expect(out).toContain('not stored');
    expect(out).toMatch(/- profile in use +profile default, plaintext \(not used/);
    expect(out).not.toContain('CANARY');
    expect(out).not.toContain(sandbox.apiKey);
  });

  it('shows when a key was last used', async () => {
    const configDir = configDirWith(sandbox);
    await run('mint', { configDir });
    const { json } = await run('status --json', { configDir });
    expect(json()).toMatchObject({ last_used_at: expect.stringMatching(/^20\d\d-/) });
  });

  it('reports with --check whether the service accepts the key, refuses it or is unreachable', async () => {
    const accepted = await run('status --check --json', { configDir: configDirWith(sandbox) });
    expect({ code: accepted.code, check: accepted.json()['check'] }).toEqual({
      code: 0,
      check: 'accepted',
    });
    const wrong = { url: sandbox.url, apiKey: 'unknown' };
    const refused = await run('status --check --json', { configDir: configDirWith(wrong) });
    expect({ code: refused.code, check: refused.json()['check'] }).toEqual({
      code: 4,
      check: 'refused',
    });
    const nobody = { url: 'http://127.0.0.1:9', apiKey: 'k' };
    const gone = await run('status --check --json', { configDir: configDirWith(nobody) });
    expect({ code: gone.code, check: gone.json()['check'] }).toEqual({
      code: 6,
      check: 'unreachable',
    });
  });

  it('S35 reports a key that belongs to another server', async () => {
    const configDir = configDirWith(sandbox);
    const before = sandbox.stats().requests;
    for (const line of ['status', 'mint', 'test', 'test --mode read']) {
      const { code, err } = await run(`${line} --api-server http://localhost:9`, { configDir });
      expect({ line, code }).toEqual({ line, code: 5 });
      expect(err).toContain('key_for_other_server');
      expect(err).toContain('vstoken login --profile NAME --api-server http://localhost:9');
    }
    expect(sandbox.stats().requests).toBe(before);
  });

  it('S35 says to unset the variable if it names the other server', async () => {
    const env = { VOCALSTACK_API_SERVER: 'http://localhost:9' };
    const configDir = configDirWith(sandbox);
    const fix = 'unset VOCALSTACK_API_SERVER';
    expect((await run('mint', { configDir, env })).err).toContain(fix);
    expect((await run('doctor --offline', { configDir, env })).out).toContain(fix);
    expect((await run('explain key_for_other_server')).out).toContain(fix);
  });

  it('S79 quotes a server in a hint for the shell', async () => {
    const configDir = configDirWith(sandbox);
    const line = 'mint --json --api-server http://[::1]:9';
    const { error } = await run(line, { configDir });
    expect(error().hint).toContain("vstoken login --profile NAME --api-server 'http://[::1]:9'");
  });
});

describe('vstoken status --check, if the service fails', () => {
  it('reports neither accepted, refused nor unreachable', async () => {
    const failing = await startSandbox({ faults: ['mint:503:retry-after=600'] });
    const { code, json } = await run('status --check --json', {
      configDir: configDirWith(failing),
    });
    await failing.close();
    expect({ code, check: json()['check'] }).toEqual({ code: 7, check: null });
  });
});
