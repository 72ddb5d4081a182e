import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../src/context/http';
import type { Probes } from '../../src/context/probes';
import { CliError } from '../../src/core/errors';
import { secret } from '../../src/core/secret';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { fingerprintOf } from '../../src/store/fingerprint';
import { fakeClock } from '../../src/system/clock';
import { fakeProbes } from '../../src/system/fake-probes';
import { createProbes } from '../../src/system/probes';
import { configDirEncrypted } from '../support/encrypted-profile';
import {
  answer,
  type Behaviour,
  closedPort,
  dripHeaders,
  rawBytes,
  reset,
  type SeenRequest,
  silence,
  startFaultServer,
} from '../support/fault-server';
import { envFor, type RunOptions, run } from '../support/run';
import { configDirWith, configFile, newConfigDir, plaintextProfile } from '../support/stored';

const SERVICE = 'https://api.vocalstack.com';
const NODE = '22.13.0';
const KEY = { VOCALSTACK_API_KEY: 'CANARY-key' };

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

interface Check {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly result: 'pass' | 'warn' | 'fail' | 'skipped';
  readonly observed: string;
  readonly fix?: string;
}
interface Document {
  readonly ok: boolean;
  readonly api_server: string | null;
  readonly checks: readonly Check[];
  readonly versions: Readonly<Record<string, string | null>>;
}

/** Runs `doctor`. Returns the result of the run, its JSON document, and the members of the check that has the ID `id`. */
async function runDoctor(id: string, options: RunOptions = {}, line = 'doctor') {
  const result = await run(`${line} --json`, { nodeVersion: NODE, ...options });
  const document = result.json<Document>();
  const check = document.checks.find((one) => one.id === id);
  if (!check) throw new Error(`no check ${id}`);
  const failures = document.checks.filter((one) => one.result === 'fail').map((one) => one.id);
  expect(document.ok).toBe(failures.length === 0);
  expect(result.code).toBe(document.ok ? 0 : 3);
  if (!document.ok) expect(result.error()).toMatchObject({ code: 'doctor_failed', exit: 3 });
  for (const { result: found, fix } of document.checks) {
    expect(fix === undefined).toBe(found === 'pass' || found === 'skipped');
  }
  return { ...result, document, failures, ...check };
}

/** Options for a run with the sandbox and its key. */
const healthy = (more: RunOptions = {}): RunOptions => ({
  ...more,
  env: { ...envFor(sandbox), ...more.env },
});

/** Options for a run in which the API server is on another machine. The answers of this server are faked. */
function elsewhere(
  { env = {}, ...more }: RunOptions = {},
  response: Partial<HttpResponse> | CliError = {},
  seen: Parameters<typeof fakeProbes>[0] = {},
): RunOptions {
  return {
    env: { ...KEY, VOCALSTACK_API_SERVER: SERVICE, ...env },
    probes: () => fakeProbes({ now: Date.now(), ...seen }),
    network: (real) => ({
      ...real,
      http: {
        close: () => undefined,
        async send({ url }) {
          if (response instanceof CliError) throw response;
          if (url.pathname === '/v1/openapi.json') return { status: 404, headers: {}, body: '' };
          const headers = { 'x-api-version': '1.1.0' };
          return { status: 401, headers, body: '{"status":"error"}', ...response };
        },
      },
      connect: async () => {
        const next = async () => '';
        return { send: async () => undefined, next, close: async () => undefined };
      },
    }),
    ...more,
  };
}

/** Returns a task that ends only when its signal aborts. The promise `begun` resolves when the task has started. */
function never() {
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const hang = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      begin();
    });
  return { begun, hang };
}

describe('vstoken doctor', () => {
  it('finds no problem on a working system, and prints every member of its document', async () => {
    const { code, err, json } = await run('doctor --json', healthy({ nodeVersion: NODE }));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(json()).toEqual({
      ok: true,
      api_server: sandbox.url,
      sandbox: false,
      offline: false,
      versions: {
        vstoken: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        node: NODE,
        system: `${process.platform} ${process.arch}`,
        api: '1.1.0',
        keychain: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        sdk: null,
      },
      checks: expect.any(Array),
    });
    const { checks } = json<Document>();
    expect(checks.every(({ result }) => result === 'pass' || result === 'skipped')).toBe(true);
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    expect([...new Set(checks.map(({ group }) => group))]).toEqual([
      'program',
      'settings',
      'key',
      'network',
      'service',
    ]);
  });

  it('checks an embedded sandbox, without a key and without the settings', async () => {
    const { code, out } = await run('doctor --sandbox', { nodeVersion: NODE });
    expect(code).toBe(0);
    expect(out).toContain('  - skipped: the embedded sandbox has its own key\n');
    expect(out).toMatch(
      /\n17 passed, 0 warnings, 0 failed, 8 skipped\. Server: an embedded sandbox\n/,
    );
    expect((await run('doctor --sandbox --profile x')).code).toBe(2);
  });

  it('sends nothing with --offline', async () => {
    const refuse = () => {
      throw new Error('the network was asked');
    };
    const { code, document } = await runDoctor(
      'dns',
      {
        env: { ...KEY, VOCALSTACK_API_SERVER: SERVICE },
        network: () => ({ http: { send: refuse, close: () => undefined }, connect: refuse }),
        probes: () => fakeProbes({ lookUp: refuse, reach: refuse, agreeOnTls: refuse }),
      },
      'doctor --offline',
    );
    expect(code).toBe(0);
    const skipped = document.checks.filter(({ result }) => result === 'skipped');
    expect(skipped.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        ...['dns', 'tcp', 'tls'],
        ...['answer', 'websocket', 'api-version', 'generation', 'clock'],
      ]),
    );
    expect(document).toMatchObject({ offline: true, versions: { api: null } });
  });

  it('sends no key and no token', async () => {
    const server = await startFaultServer([answer({ status: 401, body: '{"status":"error"}' })]);
    const env = { ...KEY, VOCALSTACK_API_SERVER: server.origin, VOCALSTACK_AUTH_TOKEN: 'CANARY-t' };
    await run('doctor', { nodeVersion: NODE, env });
    await server.close();
    expect(server.requests.map(({ target }) => target.split('?')[0]).sort()).toEqual([
      '/async/transcribe/url',
      '/security/generate-token',
      '/v1/openapi.json',
    ]);
    for (const { head } of server.requests) {
      expect(head).not.toMatch(/canary|authorization|cookie/i);
    }
  });

  it('shows a line for each request under --verbose', async () => {
    const { err } = await run('doctor --verbose', healthy({ nodeVersion: NODE }));
    expect(err).toMatch(/^\* GET \/security\/generate-token -> 401 in \d+ ms, API 1\.1\.0$/m);
    expect(err).toMatch(/^\* GET \/v1\/openapi\.json -> 404 in \d+ ms$/m);
    expect(err).toMatch(/^\* WebSocket \/async\/transcribe\/url -> upgraded in \d+ ms$/m);
  });

  it('lists every failed check, and the fix for the first', async () => {
    const { code, out, err } = await run('doctor', {
      nodeVersion: '20.0.0',
      env: { VOCALSTACK_API_SERVER: `http://127.0.0.1:${await closedPort()}` },
    });
    expect({ code, err }).toEqual({
      code: 3,
      err: expect.stringMatching(
        /^error: 3 checks failed: node, key-source, tcp\.\nhint: {2}Install a newer version: nvm install 22\ncode: {2}doctor_failed \(exit 3\)\n$/,
      ),
    });
    expect(out).toContain('  ✗ Node.js           20.0.0; vstoken needs ^20.19.0');
    expect(out).toContain('\n                      fix: Install a newer version: nvm install 22\n');
  });

  it('rejects a wrong server of the command line with its own error', async () => {
    for (const [server, code] of [
      ['nope', 'invalid_server'],
      ['http://host.invalid', 'insecure_server'],
    ] as const) {
      const result = await run(`doctor --json --api-server ${server}`);
      expect({ code: result.code, error: result.error().code }).toEqual({ code: 2, error: code });
    }
  });
});

describe('vstoken doctor: the program', () => {
  it.each([
    ['20.19.0', 'pass'],
    ['20.18.3', 'fail'],
    ['22.12.0', 'fail'],
    ['22.13.0', 'pass'],
    ['23.4.0', 'fail'],
    ['24.1.0', 'pass'],
    ['26.0.0-nightly', 'pass'],
  ])('Node.js %s is checked: %s', async (nodeVersion, expected) => {
    expect((await runDoctor('node', healthy({ nodeVersion }))).result).toBe(expected);
  });

  it.each([
    ['Bun 1.4.5', '24.3.0'],
    ['Deno 2.9.6', '18.0.0'],
  ])(
    'accepts %s, independent of the version of Node.js that it reports',
    async (otherRuntime, nodeVersion) => {
      const probes = (real: Probes) => ({ ...real, otherRuntime });
      const check = await runDoctor('node', healthy({ nodeVersion, probes }));
      expect(check).toMatchObject({
        result: 'pass',
        observed: `${otherRuntime}, instead of Node.js ${nodeVersion}`,
      });
      const { out } = await run('doctor', healthy({ nodeVersion, probes }));
      expect(out).toContain(otherRuntime);
    },
  );

  it.each([
    [{ node: '24.3.0', bun: '1.4.5' }, 'Bun 1.4.5'],
    [{ node: '24.3.0', deno: '2.9.6' }, 'Deno 2.9.6'],
    [{ node: '24.3.0' }, null],
  ])('recognises from %o which runtime runs it', (versions, expected) => {
    const node = { platform: process.platform, arch: process.arch, execPath: '', env: {} };
    const probes = createProbes({ ...node, cwd: process.cwd, versions }, fakeClock());
    expect(probes.otherRuntime).toBe(expected);
  });

  it('warns about variables that make Node.js print requests', async () => {
    const debug = await runDoctor(
      'debugging-aids',
      healthy({ env: { NODE_DEBUG: 'http,CANARY' } }),
    );
    expect(debug).toMatchObject({ result: 'warn', fix: 'unset NODE_DEBUG' });
    const NODE_OPTIONS = '--report-on-signal --inspect-brk=CANARY --max-old-space-size=1';
    const options = await runDoctor('debugging-aids', healthy({ env: { NODE_OPTIONS } }));
    expect(options).toMatchObject({ result: 'warn', fix: 'unset NODE_OPTIONS' });
    expect(options.observed).toContain('has --report-on-signal, --inspect-brk, which');
    expect(debug.out + options.out).not.toContain('CANARY');
    const snapshot = { NODE_DEBUG: 'http', NODE_OPTIONS: '--heapsnapshot-signal=SIGUSR2' };
    const both = await runDoctor('debugging-aids', healthy({ env: snapshot }));
    expect(both).toMatchObject({ result: 'warn', fix: 'unset NODE_DEBUG NODE_OPTIONS' });
    expect(both.observed).toContain('has --heapsnapshot-signal, which');
    const harmless = { NODE_OPTIONS: '--max_old-space-size=4096 --no-inspect --tls-min-v1.3' };
    expect((await runDoctor('debugging-aids', healthy({ env: harmless }))).result).toBe('pass');
  });

  it.each([
    ['--require CANARY', '--require, which can load code'],
    ['-r CANARY', '--require, which can load code'],
    ['"--import" CANARY', '--import, which can load code'],
    ['--loader=CANARY', '--loader, which can load code'],
    ['--experimental_loader CANARY', '--experimental-loader, which can load code'],
    ['--openssl-config=CANARY', '--openssl-config, which can load code'],
    ['--tls_min_v1.0', '--tls-min-v1.0, which makes connections less safe'],
    ['--max_http_header_size=1', '--max-http-header-size, which makes connections less safe'],
    ['--insecure_http-parser', '--insecure-http-parser, which makes connections less safe'],
    ['--report_on_signal --title="CANARY x"', '--report-on-signal, which can show'],
    [
      '--inspect_brk=CANARY --import=x',
      '--inspect-brk, which can show the API key to others, and has --import',
    ],
    ['--abort-on-uncaught-exception', '--abort-on-uncaught-exception, which can show'],
  ])('S27 warns about NODE_OPTIONS=%s', async (NODE_OPTIONS, seen) => {
    const found = await runDoctor('debugging-aids', healthy({ env: { NODE_OPTIONS } }));
    expect(found).toMatchObject({ result: 'warn', fix: 'unset NODE_OPTIONS' });
    expect(found.observed).toContain(`NODE_OPTIONS has ${seen}`);
    expect(found.out).not.toContain('CANARY');
  });

  it.each([
    ...['NODE_DEBUG_NATIVE', 'NODE_V8_COVERAGE', 'OPENSSL_CONF', 'LD_PRELOAD', 'LD_AUDIT'],
    'DYLD_INSERT_LIBRARIES',
  ])('S27 warns about %s, unless it is empty', async (name) => {
    const found = await runDoctor('debugging-aids', healthy({ env: { [name]: 'CANARY' } }));
    expect(found).toMatchObject({ result: 'warn', fix: `unset ${name}` });
    expect(found.observed).toContain(`${name} is set: `);
    expect(found.out).not.toContain('CANARY');
    const empty = await runDoctor('debugging-aids', healthy({ env: { [name]: '' } }));
    expect(empty.result).toBe('pass');
  });

  it('finds the SDK that --client sdk would load, and reports its problems', async () => {
    const found = {
      path: '/here/@vocalstack/js-sdk',
      version: '1.1.0',
      isWhole: true,
      fault: null,
    };
    const withSdk = (more: object) =>
      runDoctor(
        'sdk',
        healthy({ probes: (real) => ({ ...real, findSdk: () => ({ ...found, ...more }) }) }),
      );
    const whole = await withSdk({});
    expect(whole).toMatchObject({ result: 'pass', observed: '1.1.0, in /here/@vocalstack/js-sdk' });
    expect(whole.document.versions).toMatchObject({ sdk: '1.1.0' });
    expect(await withSdk({ version: '2.0.0' })).toMatchObject({
      result: 'warn',
      observed: '2.0.0, in /here/@vocalstack/js-sdk: vstoken supports version 1',
      fix: 'npm install @vocalstack/js-sdk@1',
    });
    expect(await withSdk({ isWhole: false })).toMatchObject({
      result: 'warn',
      observed: expect.stringContaining('the main file of the package is missing'),
    });
    expect(await withSdk({ fault: '/here belongs to another user' })).toMatchObject({
      result: 'warn',
      observed:
        '1.1.0, in /here/@vocalstack/js-sdk: not loaded, because /here belongs to another user',
      fix: 'Reinstall the package as this user: npm install @vocalstack/js-sdk',
    });
    expect((await runDoctor('sdk', healthy())).result).toBe('skipped');
  });

  it('loads the keychain package, and reports why it cannot be loaded', async () => {
    const withPackage = (thrown: CliError) =>
      runDoctor(
        'keychain-package',
        healthy({
          probes: (real) => ({
            ...real,
            async loadKeychainPackage() {
              throw thrown;
            },
          }),
        }),
      );
    expect(await runDoctor('keychain-package', healthy())).toMatchObject({
      result: 'pass',
      observed: '2.1.2, in /node_modules/keyring',
    });
    const none = await withPackage(new CliError('keychain_not_installed', 'Not here.'));
    expect(none).toMatchObject({ result: 'skipped' });
    expect(none.document.versions).toMatchObject({ keychain: null });
    const hint = 'Check its owner and permissions: ls -ld /x';
    expect(
      await withPackage(new CliError('keychain_broken', 'It is unsafe.', { hint })),
    ).toMatchObject({
      result: 'warn',
      observed: 'It is unsafe',
      fix: hint,
    });
  });
});

describe('vstoken doctor in a folder that was deleted', () => {
  it('finds no SDK, and continues', async () => {
    const cwd = () => {
      throw Object.assign(new Error('uv_cwd'), { code: 'ENOENT' });
    };
    const { platform, arch, execPath } = process;
    const probes = () => createProbes({ platform, arch, execPath, env: {}, cwd }, fakeClock());
    expect(await runDoctor('sdk', healthy({ probes }))).toMatchObject({
      result: 'skipped',
      failures: [],
    });
  });
});

describe('vstoken doctor: the settings', () => {
  const at = (configDir: string, env = {}): RunOptions => ({
    ...healthy({ env: { ...env } }),
    configDir,
  });
  /** Creates a settings folder with mode 700, as vstoken does. */
  function folder(): string {
    const path = configDirWith(sandbox);
    chmodSync(path, 0o700);
    return path;
  }

  it.each([
    ['700', 'pass'],
    ['755', 'warn'],
    ['777', 'fail'],
    ['720', 'fail'],
  ])('checks a folder with mode %s: %s', async (mode, expected) => {
    const configDir = folder();
    chmodSync(configDir, mode);
    const { result, fix } = await runDoctor('settings-folder', at(configDir));
    expect(result).toBe(expected);
    if (expected !== 'pass') expect(fix).toBe(`chmod 700 ${configDir}`);
  });

  it('accepts a missing folder, and fails if a file has its name', async () => {
    expect((await runDoctor('settings-folder', healthy())).observed).toContain(
      'does not exist yet',
    );
    const file = join(newConfigDir(), 'file');
    writeFileSync(file, '');
    const { result, failures } = await runDoctor('settings-folder', at(file));
    expect(result).toBe('fail');
    expect(failures).toContain('settings-file');
  });

  it.each([
    ['damaged', '{"CANARY":', 0o600, 'vstoken logout --all'],
    ['by another version', '{"version":3}', 0o600, 'VOCALSTACK_CONFIG_DIR'],
    ['other users may read it', '{}', 0o644, 'chmod 600 '],
  ])('fails for a settings file with a problem: %s', async (what, content, mode, fix) => {
    const configDir = newConfigDir();
    writeFileSync(configFile(configDir), content, { mode });
    const found = await runDoctor('settings-file', at(configDir));
    expect(found).toMatchObject({
      result: 'fail',
      observed: expect.stringContaining(what),
      fix: expect.stringContaining(fix),
    });
    expect(found.out).not.toContain('CANARY');
  });

  it('fails for a settings file that is a symbolic link, and accepts a correct file', async () => {
    const configDir = newConfigDir();
    symlinkSync(configFile(folder()), configFile(configDir));
    expect(await runDoctor('settings-file', at(configDir))).toMatchObject({
      result: 'fail',
      fix: `rm ${configFile(configDir)}`,
    });
    expect(await runDoctor('settings-file', at(folder()))).toMatchObject({
      result: 'pass',
      observed: 'mode 0600, version 1, 1 stored key',
    });
  });

  it('reads no key if the settings are damaged', async () => {
    const configDir = newConfigDir();
    writeFileSync(configFile(configDir), '{', { mode: 0o600 });
    const env = { VOCALSTACK_API_SERVER: sandbox.url };
    const { result, failures } = await runDoctor('key-source', { env, configDir });
    expect({ result, failures }).toEqual({ result: 'skipped', failures: ['settings-file'] });
  });

  it('sends nothing if the server is unknown because the settings are damaged', async () => {
    const configDir = newConfigDir();
    writeFileSync(configFile(configDir), '{', { mode: 0o600 });
    const probes = () => fakeProbes();
    const { document, failures } = await runDoctor('server', { env: KEY, configDir, probes });
    expect({ failures, server: document.api_server }).toEqual({
      failures: ['settings-file'],
      server: null,
    });
    for (const { group, observed } of document.checks) {
      if (group === 'network' || group === 'service') {
        expect(observed).toBe('the API server is unknown: see the check "Settings file"');
      }
    }
    expect((await runDoctor('answer', at(configDir))).result).toBe('pass');
    const named = `doctor --api-server ${sandbox.url}`;
    expect((await runDoctor('answer', { env: KEY, configDir }, named)).result).toBe('pass');
  });

  it('reports whether the ledger is on, off, readable for others, or not possible', async () => {
    const configDir = folder();
    const ledger = join(configDir, 'ledger.jsonl');
    expect((await runDoctor('ledger', at(configDir))).observed).toBe(
      'on, no token is recorded yet',
    );
    writeFileSync(ledger, '', { mode: 0o600 });
    expect(await runDoctor('ledger', at(configDir))).toMatchObject({
      result: 'pass',
      observed: 'on, mode 0600',
    });
    chmodSync(ledger, 0o644);
    expect(await runDoctor('ledger', at(configDir))).toMatchObject({
      result: 'warn',
      fix: `chmod 600 ${ledger}`,
    });
    expect((await runDoctor('ledger', at(configDir, { CI: '1' }))).result).toBe('skipped');
    const blocked = folder();
    mkdirSync(join(blocked, 'ledger.jsonl'));
    expect(await runDoctor('ledger', at(blocked))).toMatchObject({
      result: 'warn',
      observed: expect.stringContaining('is not a regular file'),
      fix: expect.stringContaining('vstoken config set ledger off'),
    });
  });

  it('checks the folder that records when keys were used', async () => {
    const configDir = folder();
    const used = join(configDir, 'used');
    expect((await runDoctor('used-folder', at(configDir))).result).toBe('skipped');
    mkdirSync(used, { mode: 0o700 });
    expect((await runDoctor('used-folder', at(configDir))).result).toBe('pass');
    chmodSync(used, 0o755);
    expect(await runDoctor('used-folder', at(configDir))).toMatchObject({
      result: 'warn',
      fix: `chmod 700 ${used}`,
    });
    const other = folder();
    writeFileSync(join(other, 'used'), '');
    expect((await runDoctor('used-folder', at(other))).result).toBe('warn');
  });

  it('reports files that killed processes left, but not files of running processes', async () => {
    const configDir = folder();
    const draft = `${configFile(configDir)}.tmp-1`;
    const lock = `${configFile(configDir)}.lock`;
    const found = () => runDoctor('leftovers', at(configDir));
    expect((await found()).result).toBe('pass');
    writeFileSync(draft, '{}');
    expect(await found()).toMatchObject({
      result: 'warn',
      observed: expect.stringContaining(
        'config.json.tmp-1: left by a vstoken process that was stopped',
      ),
      fix: `rm ${draft}`,
    });
    // The lock is new and contains the ID of this test process. That process is running, so the lock is not a leftover.
    writeFileSync(lock, String(process.pid));
    expect((await found()).result).toBe('pass');
    writeFileSync(lock, String(2 ** 30));
    expect(await found()).toMatchObject({ result: 'warn', fix: `rm ${lock} ${draft}` });
    writeFileSync(lock, String(process.pid));
    utimesSync(lock, 0, 0);
    expect((await found()).fix).toBe(`rm ${lock} ${draft}`);
    const other = folder();
    writeFileSync(join(other, 'ledger.jsonl.tmp'), '');
    writeFileSync(`${configFile(other)}.lock.id`, '');
    expect((await runDoctor('leftovers', at(other))).fix).toBe(
      `rm ${configFile(other)}.lock.id ${join(other, 'ledger.jsonl.tmp')}`,
    );
  });

  it('reports keychain entries without a profile', async () => {
    const configDir = newConfigDir();
    const config = (pid: number) =>
      writeFileSync(
        configFile(configDir),
        JSON.stringify({
          ...{ version: 1, settings: {}, profile: 'default', profiles: {} },
          leftovers: { 'CANARY-account': pid },
        }),
        { mode: 0o600 },
      );
    config(2 ** 30);
    expect(await runDoctor('leftovers', at(configDir))).toMatchObject({
      result: 'warn',
      observed: '1 entry in the keychain, for profiles that do not exist',
    });
    config(process.pid);
    expect((await runDoctor('leftovers', at(configDir))).result).toBe('pass');
  });

  it('changes no file', async () => {
    const configDir = folder();
    chmodSync(configDir, 0o755);
    const state = () =>
      readdirSync(configDir).map((name) => [name, statSync(join(configDir, name)).mtimeMs]);
    const before = state();
    await run('doctor', { configDir, nodeVersion: NODE });
    expect(state()).toEqual(before);
  });
});

describe('vstoken doctor: the key', () => {
  it('is shown only as its fingerprint', async () => {
    const fingerprint = fingerprintOf(secret('CANARY-key'));
    const { result, observed, out } = await runDoctor('key-source', healthy({ env: KEY }));
    expect({ result, observed }).toEqual({
      result: 'pass',
      observed: `VOCALSTACK_API_KEY, fingerprint ${fingerprint}`,
    });
    expect(out).not.toContain('CANARY');
    const file = { VOCALSTACK_API_KEY: '', VOCALSTACK_API_KEY_FILE: '/key' };
    const options = healthy({ env: file, files: { '/key': 'CANARY-key\n' } });
    expect((await runDoctor('key-source', options)).observed).toBe(
      `VOCALSTACK_API_KEY_FILE, fingerprint ${fingerprint}`,
    );
  });

  it.each([
    ['no key', {}, 'vstoken login'],
    ['an empty variable', { VOCALSTACK_API_KEY: '' }, 'A CI system'],
    [
      'two words',
      { VOCALSTACK_API_KEY: 'two words' },
      'Copy the key again from your VocalStack account, without other text.',
    ],
    ['a file that does not exist', { VOCALSTACK_API_KEY_FILE: '/nowhere' }, 'exists'],
    ['an unknown profile', { VOCALSTACK_PROFILE: 'nobody' }, 'vstoken profile list'],
  ])('fails the check in this case: %s', async (_, env, fix) => {
    const options = { env: { VOCALSTACK_API_SERVER: sandbox.url, ...env } };
    const { result, failures, ...check } = await runDoctor('key-source', options);
    expect({ result, failures }).toEqual({ result: 'fail', failures: ['key-source'] });
    expect(check.fix).toContain(fix);
  });

  it('causes a warning if a variable is used instead of a stored key, but not if that was requested', async () => {
    const configDir = configDirWith(sandbox, ['default', 'other']);
    expect(await runDoctor('key-hidden', { configDir, env: KEY })).toMatchObject({
      result: 'warn',
      observed: 'VOCALSTACK_API_KEY is used instead of profile in use (profile default, plaintext)',
      fix: 'unset VOCALSTACK_API_KEY',
    });
    const chosen = await runDoctor('key-hidden', { configDir, env: KEY }, 'doctor --profile other');
    expect(chosen.result).toBe('pass');
    expect(chosen.observed).toContain('--profile is used instead of VOCALSTACK_API_KEY (a key)');
    const named = await runDoctor('key-hidden', {
      configDir,
      env: { VOCALSTACK_PROFILE: 'other' },
    });
    expect(named.result).toBe('pass');
  });

  it('fails the check if the stored key is for another server', async () => {
    const configDir = configDirWith(sandbox, ['staging']);
    expect((await runDoctor('key-server', { configDir })).result).toBe('pass');
    const env = { VOCALSTACK_API_SERVER: 'http://127.0.0.1:1' };
    expect(await runDoctor('key-server', { configDir, env }, 'doctor --offline')).toMatchObject({
      result: 'fail',
      fix: 'unset VOCALSTACK_API_SERVER',
      failures: ['key-server'],
    });
    const wrong = { configDir, env: { VOCALSTACK_API_SERVER: 'nope' } };
    const { result, failures, error } = await runDoctor('key-server', wrong, 'doctor --offline');
    expect({ result, failures, hint: error().hint }).toEqual({
      result: 'skipped',
      failures: ['server'],
      hint: 'unset VOCALSTACK_API_SERVER',
    });
  });

  it('causes a warning if it is stored as plain text', async () => {
    expect(await runDoctor('key-store', { configDir: configDirWith(sandbox) })).toMatchObject({
      result: 'warn',
      fix: 'vstoken login --profile default --store passphrase',
    });
  });

  it('is read from the keychain, and compared with the settings', async () => {
    const configDir = newConfigDir();
    const { key: _key, ...about } = plaintextProfile(sandbox.apiKey, sandbox.url);
    const profile = { ...about, store: 'keychain', account: 'entry' };
    const config = { version: 1, settings: {}, profile: 'default', profiles: { default: profile } };
    writeFileSync(configFile(configDir), JSON.stringify(config), { mode: 0o600 });
    const within = (...keys: string[]) =>
      runDoctor('key-store', {
        configDir,
        keychain: new Map(keys.map((key) => ['entry', secret(key)] as const)),
      });
    expect((await within(sandbox.apiKey)).result).toBe('pass');
    expect(await within('CANARY-other')).toMatchObject({
      result: 'fail',
      fix: 'vstoken login --profile default',
    });
    expect((await within()).result).toBe('fail');
  });

  it('is decrypted if that needs no prompt', async () => {
    const passphrase = { VOCALSTACK_PASSPHRASE: 'CANARY passphrase' };
    const configDir = configDirEncrypted(sandbox, passphrase.VOCALSTACK_PASSPHRASE);
    const within = (more: RunOptions) => runDoctor('key-store', { configDir, ...more });
    expect(await within({ env: passphrase })).toMatchObject({
      result: 'pass',
      observed: 'encrypted, and the passphrase decrypts the key',
    });
    const wrong = await within({ env: { VOCALSTACK_PASSPHRASE: 'another one' } });
    expect(wrong.result).toBe('fail');
    const lost = await within({ env: { VOCALSTACK_PASSPHRASE_FILE: '/nowhere' } });
    expect(lost.result).toBe('fail');
    // The run has no answers for prompts. If the doctor asked for the passphrase, the test would fail.
    expect(await within({ terminal: 'all' })).toMatchObject({
      result: 'pass',
      observed: expect.stringContaining('vstoken asks for the passphrase'),
    });
    expect(await within({ terminal: 'none' })).toMatchObject({
      result: 'warn',
      fix: 'export VOCALSTACK_PASSPHRASE_FILE=PATH',
    });
  });
});

describe('vstoken doctor: the network', () => {
  it('fails for a server in the environment that is invalid or insecure', async () => {
    for (const server of ['CANARY', 'http://CANARY.invalid']) {
      const found = await runDoctor('server', { env: { ...KEY, VOCALSTACK_API_SERVER: server } });
      expect(found).toMatchObject({ result: 'fail', fix: 'unset VOCALSTACK_API_SERVER' });
      expect(found.failures).toEqual(['server']);
      expect(found.out + found.err).not.toContain('CANARY');
    }
    expect((await runDoctor('server', elsewhere())).observed).toBe(
      `${SERVICE}, the VocalStack service`,
    );
  });

  it('S38 shows a proxy without its password, and the variable that is used', async () => {
    const env = { HTTPS_PROXY: 'http://CANARYuser:CANARYpass@proxy.example.com:3128' };
    const used = await runDoctor('proxy', elsewhere({ env }));
    expect(used).toMatchObject({
      result: 'pass',
      observed:
        'http://proxy.example.com:3128, from HTTPS_PROXY, with a user and a password (hidden)',
    });
    const exempt = { ...env, NO_PROXY: '.vocalstack.com', NODE_USE_ENV_PROXY: '1' };
    const spared = await runDoctor('proxy', elsewhere({ env: exempt }));
    expect(spared).toMatchObject({
      result: 'pass',
      observed:
        'none for this server, although HTTPS_PROXY is set; NODE_USE_ENV_PROXY has an effect only with --client sdk',
    });
    const wrong = await runDoctor(
      'proxy',
      elsewhere({ env: { HTTPS_PROXY: 'socks4://CANARY:1' } }),
    );
    expect(wrong).toMatchObject({
      result: 'fail',
      fix: expect.stringContaining('unset HTTPS_PROXY'),
      failures: ['proxy'],
    });
    expect(used.out + spared.out + wrong.out + wrong.err).not.toContain('CANARY');
  });

  it('tests the connection to the proxy, and to the server through the proxy', async () => {
    const asked: string[] = [];
    const env = { HTTPS_PROXY: 'http://proxy.example.com:3128' };
    const { out } = await runDoctor(
      'tls',
      elsewhere(
        { env },
        {},
        {
          async lookUp(host) {
            asked.push(host);
            return ['203.0.113.9'];
          },
          async reach(address, port) {
            asked.push(`${address}:${port}`);
          },
        },
      ),
    );
    expect(asked).toEqual(['proxy.example.com', '203.0.113.9:3128']);
    expect(out).toContain('the proxy proxy.example.com:3128: 203.0.113.9 (IPv4)');
    const shaking = (code: 'tls_failed' | 'proxy_failed') => async () => {
      throw new CliError(code, 'No TLS.');
    };
    const broken = await runDoctor(
      'tls',
      elsewhere({ env }, {}, { agreeOnTls: shaking('tls_failed') }),
    );
    expect(broken.observed).toBe('through the proxy proxy.example.com:3128: No TLS');
    const refused = elsewhere({ env }, {}, { agreeOnTls: shaking('proxy_failed') });
    expect((await runDoctor('tls', refused)).observed).toBe('No TLS');
    const lost = await runDoctor(
      'dns',
      elsewhere({ env }, new CliError('connection_failed', 'No way.'), {
        lookUp: async () => {
          throw new CliError('dns_failed', 'The name could not be resolved.');
        },
      }),
    );
    expect(lost).toMatchObject({ result: 'fail', failures: ['dns'] });
    expect(lost.fix).toMatch(/unset HTTPS_PROXY$/);
    const twice = { ...env, https_proxy: 'http://proxy.example.com:1', ALL_PROXY: 'http://a:1' };
    const dead = {
      reach: async () => {
        throw new CliError('connection_refused', 'Nothing listens.');
      },
    };
    expect((await runDoctor('tcp', elsewhere({ env: twice }, {}, dead))).fix).toMatch(
      / unset https_proxy HTTPS_PROXY ALL_PROXY$/,
    );
  });

  it('skips the network checks with --offline, with the same reason for any proxy', async () => {
    const env = { HTTPS_PROXY: 'socks4://proxy.example.com:1' };
    expect(await runDoctor('answer', elsewhere({ env }), 'doctor --offline')).toMatchObject({
      observed: 'with --offline, the network is not used',
      failures: ['proxy'],
    });
  });

  it('judges certificate files in the same way as a connection', async () => {
    const [first = '', second = ''] = rootCertificates;
    const folder = newConfigDir();
    const at = (content: string | Buffer, name = 'NODE_EXTRA_CA_CERTS', server = SERVICE) => {
      const path = join(folder, 'ca');
      writeFileSync(path, content);
      const { readCertificates } = createProbes(process, fakeClock());
      const VOCALSTACK_API_SERVER = server;
      const env = { [name]: path, VOCALSTACK_API_SERVER };
      return runDoctor('certificate-files', elsewhere({ env }, {}, { readCertificates }));
    };
    for (const name of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']) {
      expect(await at(`\ufeff${first}\n${second}\n`, name)).toMatchObject({
        result: 'pass',
        observed: `2 certificates in ${join(folder, 'ca')} (${name})`,
      });
    }
    const damaged = `${first}\n-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n`;
    for (const [content, wrong] of [
      ['CANARY', 'contains no certificate'],
      [damaged, 'contains a damaged certificate'],
      [`${first}\n${' '.repeat(16 * 1024 * 1024)}`, 'is larger than 16 MiB'],
    ] as const) {
      const found = await at(content, 'SSL_CERT_FILE');
      expect(found).toMatchObject({
        result: 'fail',
        observed: `the file that SSL_CERT_FILE names ${wrong}`,
        fix: 'Unset SSL_CERT_FILE, or check the file: ls -l "$SSL_CERT_FILE"',
      });
      expect(found.out).not.toContain('CANARY');
    }
    expect(await at(new X509Certificate(first).raw)).toMatchObject({
      result: 'warn',
      observed: 'the file that NODE_EXTRA_CA_CERTS names is in DER, but must be PEM',
      fix: expect.stringMatching(
        / openssl x509 -inform DER -in "\$NODE_EXTRA_CA_CERTS" -out "\$NODE_EXTRA_CA_CERTS\.pem"$/,
      ),
    });
    expect((await at('', 'SSL_CERT_FILE', 'http://127.0.0.1:1')).result).toBe('warn');
  });

  it('reports two certificate files with the result of the worse file', async () => {
    const readCertificates = async () => ({ fault: 'unreadable' }) as const;
    const env = { NODE_EXTRA_CA_CERTS: '/a', SSL_CERT_FILE: '/b' };
    expect(
      await runDoctor('certificate-files', elsewhere({ env }, {}, { readCertificates })),
    ).toMatchObject({
      result: 'fail',
      observed:
        'the file that NODE_EXTRA_CA_CERTS names cannot be read, the file that SSL_CERT_FILE names cannot be read',
      fix: expect.stringContaining('$SSL_CERT_FILE'),
    });
  });

  it('fails if a folder of certificates is too large', async () => {
    const readFolders = async () => [{ path: '/certs', fault: 'too large' }] as const;
    const env = { SSL_CERT_DIR: '/certs' };
    expect(
      await runDoctor('certificate-files', elsewhere({ env }, {}, { readFolders })),
    ).toMatchObject({
      result: 'fail',
      observed: 'more than 16 MiB of files in /certs (SSL_CERT_DIR)',
      fix: expect.stringMatching(/: unset SSL_CERT_DIR$/),
    });
  });

  it('S37 fails with NODE_TLS_REJECT_UNAUTHORIZED=0 for another machine, and warns for this machine', async () => {
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const fix = 'unset NODE_TLS_REJECT_UNAUTHORIZED';
    const id = 'certificate-checks';
    expect(await runDoctor(id, elsewhere({ env }))).toMatchObject({ result: 'fail', fix });
    expect(await runDoctor(id, healthy({ env }))).toMatchObject({ result: 'warn', fix });
    expect((await runDoctor(id, healthy())).result).toBe('pass');
  });

  it('DNS: shows the addresses, warns if they are of this machine, and fails without an address', async () => {
    expect(await runDoctor('dns', elsewhere())).toMatchObject({
      result: 'pass',
      observed: '203.0.113.1 (IPv4), 2001:db8::1 (IPv6)',
    });
    const lookUp = async () => ['127.0.0.1'];
    expect(await runDoctor('dns', elsewhere({}, {}, { lookUp }))).toMatchObject({
      result: 'warn',
      fix: expect.stringContaining('cat /etc/hosts'),
    });
    const failing = new CliError('dns_failed', 'The name could not be resolved.', {
      hint: 'Hint.',
    });
    const lost = await runDoctor(
      'dns',
      elsewhere({}, failing, {
        lookUp: async () => {
          throw failing;
        },
      }),
    );
    expect(lost).toMatchObject({ result: 'fail', fix: 'Hint.', failures: ['dns'] });
    const consequences = lost.document.checks.filter(({ group }) => group === 'service');
    expect(new Set(consequences.map(({ observed }) => observed))).toEqual(
      new Set(['the server cannot be reached: see the check "DNS"']),
    );
  });

  it('TCP: tests each address, and warns if only one address family works', async () => {
    const refused = new CliError('connection_refused', 'Nothing listens.', { hint: 'Hint.' });
    const reaching = (isDead: (address: string) => boolean) => ({
      async reach(address: string) {
        if (isDead(address)) throw refused;
      },
    });
    const all = await runDoctor(
      'tcp',
      elsewhere(
        {},
        {},
        reaching(() => false),
      ),
    );
    expect(all).toMatchObject({
      result: 'pass',
      observed: expect.stringMatching(/^port 443: 203\.0\.113\.1 \d+ ms, 2001:db8::1 \d+ ms$/),
    });
    const half = await runDoctor(
      'tcp',
      elsewhere(
        {},
        {},
        reaching((each) => each.includes(':')),
      ),
    );
    expect(half).toMatchObject({
      result: 'warn',
      observed: expect.stringMatching(/2001:db8::1 refused$/),
      fix: expect.stringContaining(`curl -v ${SERVICE}`),
    });
    const none = await runDoctor(
      'tcp',
      elsewhere(
        {},
        refused,
        reaching(() => true),
      ),
    );
    expect(none).toMatchObject({ result: 'fail', fix: 'Hint.', failures: ['tcp'] });
  });

  it('TCP: stops waiting for a silent address after ten seconds', async () => {
    const clock = fakeClock();
    const silence = never();
    const reach = (address: string, _port: number, signal: AbortSignal) =>
      address.includes(':') ? silence.hang(signal) : Promise.resolve();
    const done = runDoctor('tcp', elsewhere({ clock }, {}, { reach }));
    await silence.begun;
    await clock.advance(10_000);
    expect(await done).toMatchObject({
      result: 'warn',
      observed: expect.stringMatching(/2001:db8::1 silent$/),
    });
  });

  it('TLS: shows the issuer and the expiry of the certificate, and whether it is trusted', async () => {
    const clock = fakeClock();
    const now = clock.now();
    const day = 86_400_000;
    const shaking = (days: number, distrust: CliError | null = null) =>
      elsewhere(
        { clock },
        {},
        {
          agreeOnTls: async () => ({
            protocol: 'TLSv1.3',
            issuer: 'An Authority\u001b[31m',
            expiresAt: now + days * day,
            distrust,
          }),
        },
      );
    const far = await runDoctor('tls', shaking(14));
    expect(far.result).toBe('pass');
    expect(far.observed).toContain('TLSv1.3, certificate of An Authority');
    expect(far.out).not.toContain('\u001b');
    expect(await runDoctor('tls', shaking(13.9))).toMatchObject({
      result: 'warn',
      observed: expect.stringMatching(/: 13 days left$/),
    });
    const untrusted = new CliError('tls_failed', 'It is not trusted here.', { hint: 'Name it.' });
    expect(await runDoctor('tls', shaking(100, untrusted))).toMatchObject({
      result: 'fail',
      observed: expect.stringMatching(/^It is not trusted here\. TLSv1\.3, certificate of An/),
      fix: 'Name it.',
    });
    expect((await runDoctor('tls', healthy())).result).toBe('skipped');
  });
});

describe('vstoken doctor: the service', () => {
  const faulty = async (id: string, fault: string) => {
    const own = await startSandbox({ faults: [fault] });
    const found = await runDoctor(id, { env: envFor(own) });
    await own.close();
    return found;
  };

  it.each([
    ['redirect', 'answer', 'fail'],
    ['body:huge', 'answer', 'fail'],
    ['version:missing', 'api-version', 'fail'],
    ['version:low', 'api-version', 'fail'],
    ['version:discontinued', 'api-version', 'fail'],
    ['version:newer', 'api-version', 'warn'],
  ])('with the fault %s, the check %s has the result %s', async (fault, id, expected) => {
    expect((await faulty(id, fault)).result).toBe(expected);
  });

  it('says only once how to update', async () => {
    const found = await runDoctor(
      'api-version',
      elsewhere({}, { headers: { 'x-api-version': '2.0.0' } }),
    );
    expect(found).toMatchObject({
      result: 'warn',
      observed: expect.stringMatching(
        /^api\.vocalstack\.com uses API version .* wrong or missing$/,
      ),
      fix: 'Update vstoken: npm install --global vocalstack-token',
    });
  });

  it.each([
    ['a failure', answer({ status: 503, body: '{"status":"error"}' })],
    ['an HTML page', rawBytes('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n<p>no</p>')],
    ['not HTTP', rawBytes('nonsense\r\n\r\n')],
    ['a reset', reset],
  ])('fails if the answer is %s', async (_, behaviour) => {
    const server = await startFaultServer([behaviour]);
    const env = { ...KEY, VOCALSTACK_API_SERVER: server.origin };
    const { result, failures } = await runDoctor('answer', { env });
    await server.close();
    expect({ result, failures }).toEqual({ result: 'fail', failures: ['answer'] });
  });

  it('warns if the service asks to wait', async () => {
    const response = { status: 429, headers: { 'retry-after': '60' } };
    expect(await runDoctor('answer', elsewhere({}, response))).toMatchObject({
      result: 'warn',
      fix: 'Try again after 60 s.',
    });
  });

  it('warns if the service mints a token without a key, and does not show the token', async () => {
    const body = '{"status":"done","data":"CANARY-token"}';
    const { result, out } = await runDoctor('answer', elsewhere({}, { status: 200, body }));
    expect(result).toBe('warn');
    expect(out).not.toContain('CANARY');
  });

  /**
   * Options for a run with a server that answers after `ms`. The header Date of the answer is the time of the answer plus
   * `offsetMs`.
   */
  function slowly(ms: number, offsetMs = 0): RunOptions {
    const clock = fakeClock();
    const { network, ...slow } = elsewhere({ clock });
    return {
      ...slow,
      network: (real) => {
        const given = network?.(real) ?? real;
        return {
          ...given,
          http: {
            ...given.http,
            async send(request) {
              if (request.url.pathname.endsWith('json')) return given.http.send(request);
              await clock.advance(ms);
              const { headers, ...response } = await given.http.send(request);
              const date = new Date(clock.now() + offsetMs).toUTCString();
              return { ...response, headers: { ...headers, date } };
            },
          },
        };
      },
    };
  }

  it('allows more difference of the clock if the answer is slow', async () => {
    expect((await runDoctor('clock', slowly(12_000))).result).toBe('pass');
    expect(await runDoctor('clock', slowly(12_000, 6000))).toMatchObject({
      result: 'warn',
      observed: expect.stringMatching(/^12\.5 s behind/),
    });
  });

  it('warns about a slow answer', async () => {
    const found = await runDoctor('answer', slowly(2001));
    expect(found).toMatchObject({ result: 'warn', fix: expect.stringContaining('curl') });
  });

  it('fails if the token API is no longer available, and notes a newer version', async () => {
    const generations = async (mintStatus: number, isOffered: boolean) => {
      const server = await startFaultServer([
        (socket, request) => {
          const isDocument = request.target === '/v1/openapi.json';
          const body = isDocument ? '{"openapi":"3.1.0"}' : '{"status":"error"}';
          answer({ status: isDocument ? (isOffered ? 200 : 404) : mintStatus, body })(
            socket,
            request,
          );
        },
      ]);
      const found = await runDoctor('generation', {
        env: { ...KEY, VOCALSTACK_API_SERVER: server.origin },
      });
      await server.close();
      return found;
    };
    expect((await generations(401, false)).observed).toBe('known version');
    expect(await generations(401, true)).toMatchObject({
      result: 'pass',
      observed: expect.stringContaining(
        'the API also has a newer version, described in /v1/openapi.json',
      ),
    });
    const gone = await generations(410, true);
    expect(gone).toMatchObject({ result: 'fail', failures: ['generation'] });
    expect(gone.observed).toContain('the API also has a newer version');
    expect((await generations(404, false)).result).toBe('fail');
  });

  it('reports a newer version if the answer of the known version is not usable', async () => {
    const generation = async (response: Partial<HttpResponse> | CliError, document: string) => {
      const options = elsewhere();
      return runDoctor('generation', {
        ...options,
        network: (real) => ({
          ...real,
          http: {
            close: () => undefined,
            async send({ url }) {
              if (url.pathname === '/v1/openapi.json') {
                if (document === '') throw new CliError('connection_reset', 'It broke off.');
                return { status: 200, headers: {}, body: document };
              }
              if (response instanceof CliError) throw response;
              return { status: 404, headers: {}, body: '<p>', ...response };
            },
          },
        }),
      });
    };
    const offered = '{"openapi":"3.1.0"}';
    const page = { status: 200, headers: {}, body: '<p>' };
    const discontinued = { headers: { 'x-api-version-discontinued': '1' } };
    const reset = new CliError('connection_reset', 'It broke off.');
    for (const response of [page, discontinued, { status: 503 }, reset]) {
      expect(await generation(response, offered)).toMatchObject({
        result: 'warn',
        observed: expect.stringContaining(
          'the API also has a newer version, described in /v1/openapi.json',
        ),
        fix: expect.stringContaining('vocalstack-token'),
      });
    }
    expect(await generation(page, '{}')).toMatchObject({
      result: 'skipped',
      observed: 'the answer does not show the version',
    });
    const refusal = {
      status: 401,
      headers: { 'x-api-version': '1.1.0' },
      body: '{"status":"error"}',
    };
    const lost = '; it is not known whether the API has a newer version: It broke off';
    expect(await generation(refusal, '')).toMatchObject({
      result: 'pass',
      observed: `known version${lost}`,
    });
    expect((await generation(page, '')).observed).toBe(
      `the answer does not show the version${lost}`,
    );
  });

  it.each([
    ['+30s', 'warn', 'behind'],
    ['-10m', 'warn', 'ahead of'],
    ['+3s', 'pass', ''],
  ])('compares the clock of the service, which is off by %s: %s', async (offset, result, way) => {
    const found = await faulty('clock', `clock:${offset}`);
    expect(found.result).toBe(result);
    if (way !== '') expect(found.observed).toContain(`${way} the clock of the server`);
  });

  it('skips the clock if the answer has no Date', async () => {
    expect((await runDoctor('clock', elsewhere())).result).toBe('skipped');
  });
});

describe('S71 vstoken doctor: the upgrade to WebSocket', () => {
  const isUpgrade = ({ headers }: SeenRequest) => headers['upgrade'] === 'websocket';
  const sound = answer({ status: 401, body: '{"status":"error"}' });

  /**
   * Runs the doctor with a server that answers HTTP requests as the service does. The server answers WebSocket upgrades with
   * `upgrade`.
   */
  async function behind(upgrade: Behaviour, more: RunOptions = {}, http: Behaviour = sound) {
    const server = await startFaultServer([
      (socket, request) => (isUpgrade(request) ? upgrade : http)(socket, request),
    ]);
    const env = { ...KEY, VOCALSTACK_API_SERVER: server.origin, ...more.env };
    const found = await runDoctor('websocket', { ...more, env });
    await server.close();
    return { ...found, upgrades: server.requests.filter(isUpgrade) };
  }

  it('opens a WebSocket in the sandbox without starting a session or minting a token', async () => {
    const own = await startSandbox();
    const found = await runDoctor('websocket', { env: envFor(own) });
    const { sessions, starts, mints } = own.stats();
    await own.close();
    expect({ sessions, starts, mints }).toEqual({ sessions: 0, starts: 0, mints: 0 });
    expect(found).toMatchObject({
      result: 'pass',
      observed: expect.stringMatching(/^a WebSocket opened in \d+ ms, without a token$/),
    });
  });

  it.each([
    ['401', answer({ status: 401 })],
    ['403', answer({ status: 403 })],
    ['404', answer({ status: 404 })],
    ['200', answer({ status: 200 })],
    ['502 of a gateway', answer({ status: 502, version: null })],
    ['a header Upgrade that was stripped', rawBytes('HTTP/1.1 101 X\r\n\r\n')],
  ])('blames the network, and not a token, for the answer %s', async (_, upgrade) => {
    const { result, observed, fix, failures, upgrades, out } = await behind(upgrade);
    expect({ result, failures }).toEqual({ result: 'fail', failures: ['websocket'] });
    expect(observed).toContain('answered the request for a WebSocket with');
    expect(fix).toContain('allow WebSockets to 127.0.0.1');
    expect(fix).not.toContain('vstoken doctor');
    expect(out).not.toMatch(/needs a|scope|refused the token/);
    expect(upgrades).toHaveLength(1);
    expect(upgrades[0]?.head).not.toMatch(/canary|authorization|cookie/i);
  });

  it('names the proxy if a proxy is used', async () => {
    const options = elsewhere({ env: { HTTPS_PROXY: 'http://user:S3cret@proxy.corp:3128' } });
    const refused = new CliError('upgrade_refused', 'It answered with something else.');
    const found = await runDoctor('websocket', {
      ...options,
      network: (real) => ({
        ...(options.network?.(real) ?? real),
        connect: async () => {
          throw refused;
        },
      }),
    });
    expect(found).toMatchObject({
      result: 'fail',
      fix: 'Ask the operator of the proxy proxy.corp:3128 (HTTPS_PROXY) to allow WebSockets, or connect without the proxy: export NO_PROXY=api.vocalstack.com',
    });
    expect(found.out).not.toContain('S3cret');
  });

  it("reports the service's own refusal", async () => {
    const refusal = (status: number) => behind(answer({ status }));
    expect(await refusal(429)).toMatchObject({ result: 'warn', fix: 'Try again in a moment.' });
    expect(await refusal(503)).toMatchObject({ result: 'fail', fix: 'Try again in a moment.' });
    expect((await behind(reset)).observed).toContain('closed the connection');
  });

  it('S43 waits at most three seconds for the answer', async () => {
    const clock = fakeClock();
    let isAsked: () => void;
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const upgrade: Behaviour = () => isAsked();
    const done = behind(upgrade, { clock });
    await asked;
    await clock.advance(3000);
    expect(await done).toMatchObject({
      result: 'warn',
      observed: 'the request to open a WebSocket got no answer',
      fix: expect.stringContaining('allow WebSockets'),
    });
  });

  it.each([
    ['does not answer', reset, 'there was no answer'],
    [
      'is not the service',
      answer({ status: 404, version: null }),
      'there was no valid answer over HTTP',
    ],
  ])('sends nothing to a server that %s', async (_, http, why) => {
    const found = await behind(answer({ status: 404 }), {}, http);
    expect(found).toMatchObject({ result: 'skipped', observed: why, upgrades: [] });
  });
});

describe('vstoken doctor: the time limit', () => {
  it.each([
    ['does not answer the requests', silence],
    ['sends its headers very slowly', dripHeaders],
  ])('S43 ends the run with its results if the server %s', async (_, behaviour) => {
    const server = await startFaultServer([behaviour]);
    const clock = fakeClock();
    const env = { ...KEY, VOCALSTACK_API_SERVER: server.origin };
    const done = runDoctor('answer', { env, clock }, 'doctor --timeout 5s');
    await server.until(() => server.requests.length === 2);
    await clock.advance(5000);
    const { result, observed, failures } = await done;
    expect({ result, failures }).toEqual({ result: 'fail', failures: ['answer'] });
    expect(observed).toBe('Not finished after 5 s');
    await server.close();
  });

  it.each([
    ['lookUp', 'dns'],
    ['agreeOnTls', 'tls'],
  ])('S43 ends the run if %s never ends', async (probe, id) => {
    const clock = fakeClock();
    const silence = never();
    const hang = (...given: readonly unknown[]) => silence.hang(given.at(-1) as AbortSignal);
    const done = runDoctor(id, elsewhere({ clock }, {}, { [probe]: hang }));
    await silence.begun;
    await clock.advance(30_000);
    expect(await done).toMatchObject({
      result: 'fail',
      observed: 'Not finished after 30 s',
      failures: [id],
    });
  });

  it('S43 waits for the check of a newer version at most three seconds', async () => {
    const clock = fakeClock();
    const server = await startFaultServer([
      (socket, request) => {
        const isDocument = request.target === '/v1/openapi.json';
        (isDocument ? silence : answer({ status: 401, body: '{"status":"error"}' }))(
          socket,
          request,
        );
      },
    ]);
    const env = { ...KEY, VOCALSTACK_API_SERVER: server.origin };
    let isAnswered: () => void;
    const answered = new Promise<void>((resolve) => {
      isAnswered = resolve;
    });
    const done = runDoctor('generation', {
      env,
      clock: {
        ...clock,
        timer(ms, callback) {
          if (ms === 3000) isAnswered();
          return clock.timer(ms, callback);
        },
      },
    });
    await answered;
    await server.until(() => server.requests.length === 2);
    await clock.advance(3000);
    expect(await done).toMatchObject({
      result: 'pass',
      observed: expect.stringMatching(/whether the API has a newer version: no answer$/),
      failures: [],
    });
    await server.close();
  });

  it('does not apply to a run that the user interrupts, which prints no results', async () => {
    const server = await startFaultServer([silence]);
    const controller = new AbortController();
    const env = { ...KEY, VOCALSTACK_API_SERVER: server.origin };
    const done = run('doctor --json', { env, signal: controller.signal });
    await server.until(() => server.requests.length === 2);
    controller.abort(new CliError('interrupted', 'Interrupted.'));
    expect(await done).toMatchObject({ code: 130, out: '' });
    await server.close();
  });
});

describe('vstoken doctor --output', () => {
  it('writes the same results to a file, without secrets and without the path of the home folder', async () => {
    const env = {
      VOCALSTACK_API_KEY: 'CANARY-key',
      VOCALSTACK_AUTH_TOKEN: 'CANARY-token',
      HTTPS_PROXY: 'http://CANARY:CANARY@proxy.example.com:1',
      NODE_EXTRA_CA_CERTS: '/home/person/ca.pem',
      SSL_CERT_FILE: '/home/personal/ca.pem',
    };
    const result = await run('doctor --output /report.txt', {
      ...elsewhere({ env, clock: fakeClock() }),
      nodeVersion: NODE,
    });
    expect(result.code).toBe(0);
    const report = String(result.files['/report.txt']);
    expect(report).toMatch(
      /^vstoken doctor, \d{4}-\d\d-\d\d [\d:]+ UTC\n\nprogram\n {2}✓ Node\.js /,
    );
    expect(report).toContain(
      '1 certificate in ~/ca.pem (NODE_EXTRA_CA_CERTS), 1 certificate in /home/personal/ca.pem',
    );
    expect(report).not.toMatch(/CANARY|\/home\/person\b(?!al)/);
    expect(result.out).toContain('/home/person/ca.pem');
    expect(result.out.trimEnd().split('\n').at(-1)).toBe(report.trimEnd().split('\n').at(-1));
  });

  it('also writes the file if checks failed', async () => {
    const result = await run('doctor --offline --output /report.txt', { nodeVersion: NODE });
    expect(result.code).toBe(3);
    expect(String(result.files['/report.txt'])).toContain('✗ API key');
  });

  it('escapes text from a server', async () => {
    const options = elsewhere(
      {},
      {},
      {
        agreeOnTls: async () => ({
          protocol: 'TLSv1.3',
          issuer: '\u001b]52;evil\u0007\n::error::',
          expiresAt: Date.now() + 1e12,
          distrust: null,
        }),
      },
    );
    const result = await run('doctor --output /r.txt', { ...options, nodeVersion: NODE });
    for (const text of [result.out, String(result.files['/r.txt'])]) {
      expect(text).not.toMatch(/[\u001b\u0007]|^::/m);
      expect(text).toContain('\\u001b]52;evil\\u0007\\u000a::error::');
    }
  });

  it('fails at once if the file cannot be written, and also if that is found out later', async () => {
    const early = await run('doctor --json --output /read-only/r.txt', healthy());
    expect({ code: early.code, out: early.out, error: early.error().code }).toEqual({
      code: 3,
      out: '',
      error: 'output_unwritable',
    });
    const late = await run('doctor --json --output /lost/r.txt', healthy({ nodeVersion: NODE }));
    expect({ code: late.code, error: late.error().code }).toEqual({
      code: 3,
      error: 'output_unwritable',
    });
    expect(late.json()).toMatchObject({ ok: true });
    const both = await run('doctor --json --output /lost/r.txt', healthy());
    expect(both.error().code).toBe('doctor_failed');
    expect(both.err).toContain('warning: The report cannot be written.');
  });
});

describe('vstoken doctor in a terminal', () => {
  it.each([80, 40])('keeps its text within %i columns', async (columns) => {
    const { out } = await run('doctor --sandbox', {
      nodeVersion: '20.0.0',
      terminal: 'all',
      columns,
    });
    const long = out
      .split('\n')
      .filter((line) => line.length >= columns && line.trim().includes(' '));
    expect(long).toEqual([]);
  });

  it('shows its progress only on standard error', async () => {
    const shown = await run('doctor --sandbox', { nodeVersion: NODE, terminal: 'stderr' });
    for (const group of ['program', 'settings', 'key', 'network', 'service']) {
      expect(shown.err).toContain(group);
    }
    const piped = await run('doctor --sandbox', { nodeVersion: NODE });
    expect(piped.err).toBe('');
    expect(piped.out.split('\n').length).toBe(shown.out.split('\n').length);
  });
});
