import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/index';
import { fakeClock } from '../../../src/system/clock';
import { configDirEncrypted } from '../../support/encrypted-profile';
import { envFor, run } from '../../support/run';
import { configFile, storedIn } from '../../support/stored';

let sandbox: RunningSandbox;
let env: ReturnType<typeof envFor>;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = envFor(sandbox);
});
afterAll(() => sandbox.close());

describe('vstoken mint', () => {
  it('prints the token and a line break, and nothing else, in a pipe', async () => {
    const { code, out, err } = await run('mint', { env });
    expect(code).toBe(0);
    expect(out).toMatch(/^[\x21-\x7e]{20,}\n$/);
    expect(err).toBe('');
  });

  it('prints a document with the options, with an expiry that is never too late', async () => {
    const clock = fakeClock();
    const { out, json } = await run('mint --json --access readwrite --lifetime 2m --no-one-time', {
      env,
      clock,
    });
    expect(json()).toEqual({
      token: expect.stringMatching(/^[\x21-\x7e]{20,}$/),
      access: 'readwrite',
      lifetime_s: 120,
      one_time: false,
      issued_at: '2026-11-24T10:00:00.000Z',
      expires_at: '2026-11-24T10:02:00.000Z',
      api_server: sandbox.url,
      profile: null,
      sandbox: false,
    });
    expect(out.trimEnd()).not.toContain('\n');
  });

  it('mints the most restrictive token by default', async () => {
    const { json } = await run('mint --json', { env });
    expect(json()).toMatchObject({ access: 'readonly', lifetime_s: 10, one_time: true });
  });

  it.each(['1', '1s', '120', '2m', '5000ms'])('accepts --lifetime %s', async (lifetime) => {
    expect((await run(`mint --lifetime ${lifetime}`, { env })).code).toBe(0);
  });

  it.each([
    ['--lifetime 0', '1 to 120'],
    ['--lifetime 121', '1 to 120'],
    ['--lifetime 1.5', '1 to 120'],
    ['--lifetime abc', '1 to 120'],
    ['--lifetime -5', '1 to 120'],
    ['--lifetime=-5', '1 to 120'],
    ['--lifetime 1h', '1 to 120'],
    ['--lifetime 1500ms', '1 to 120'],
    ['--lifetime=', '1 to 120'],
    ['--access admin', 'readonly or readwrite'],
    ['--access READONLY', 'readonly or readwrite'],
    ['-o xml', 'text, json, env, dotenv, fish, powershell, cmd, header, curl, github'],
    ['-o env --name 1X', 'letters, digits and underscores'],
    ['-o env --name A=B', 'letters, digits and underscores'],
    ['--timeout 0', '--timeout'],
    ['--timeout soon', '--timeout'],
    ['--api-server ftp://localhost', 'https://HOST'],
  ])('rejects %s before any request and names the allowed values', async (options, allowed) => {
    const before = sandbox.stats().requests;
    const result = await run(
      `mint ${options} --sandbox --json`.replace(
        '--sandbox',
        options.includes('--api-server') ? '' : '--sandbox',
      ),
      { env },
    );
    expect(result.code).toBe(2);
    expect(result.out).toBe('');
    expect(result.error().message).toContain(allowed);
    expect(sandbox.stats().requests).toBe(before);
  });

  it.each([
    'mint --one-time false',
    'mint --one-time true',
    'mint --one-time=false',
    'mint --no-one-time=x',
    'test --one-time FALSE',
  ])('rejects a value for --one-time and names --no-one-time: %s', async (line) => {
    const { code, out, err } = await run(line, { env });
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('--no-one-time');
  });

  it.each([
    ['mint --json -o env', 'conflicting_options'],
    ['mint -o header --name X', 'conflicting_options'],
    ['mint --sandbox --api-server http://localhost:1', 'conflicting_options'],
    ['mint extra', 'invalid_arguments'],
    ['mint --lifetime', 'invalid_arguments'],
  ])('rejects %s', async (line, code) => {
    const result = await run([...line.split(' ')], { env });
    expect(result.code).toBe(2);
    expect(result.err).toContain(code);
  });

  it('treats -o json like --json, for errors too', async () => {
    expect((await run('mint -o json', { env })).json()).toHaveProperty('token');
    expect((await run('mint -o json --lifetime 0', { env })).error().code).toBe('invalid_value');
    expect((await run('mint -o json', { env: {} })).error()).toMatchObject({
      code: 'no_key',
      exit: 4,
    });
  });

  it.each([
    ['env', /^export VOCALSTACK_AUTH_TOKEN='[\w-]+'\n$/],
    ['dotenv', /^VOCALSTACK_AUTH_TOKEN=[\w-]+\n$/],
    ['header', /^Authorization: Bearer [\w-]+\n$/],
    ['curl', /^header = "Authorization: Bearer [\w-]+"\n$/],
  ])('prints -o %s as a line', async (format, form) => {
    expect((await run(`mint -o ${format}`, { env })).out).toMatch(form);
  });

  it('sets the variable of --name', async () => {
    expect((await run('mint -o env --name _T1', { env })).out).toMatch(/^export _T1=/);
    expect((await run('mint -o dotenv --name T', { env })).out).toMatch(/^T=/);
  });
});

describe('vstoken mint, its text for people', () => {
  it('tells in a terminal what was minted and when it expires', async () => {
    const { out, err } = await run('mint --lifetime 60s', {
      env,
      terminal: 'all',
      clock: fakeClock(),
    });
    expect(out).toMatch(/^\S+\n$/);
    expect(err).toMatch(/^Minted: readonly, one-time, 60 s\. Expires at 10:01:00 UTC\./);
    expect(err).not.toMatch(/tip:/);
  });

  it('gives a tip that ten seconds are short, if the token is printed in a terminal', async () => {
    expect((await run('mint', { env, terminal: 'all', columns: 200 })).err).toContain(
      'tip: This token expires in 10 s. For more time: --lifetime 60s\n',
    );
    expect((await run('mint', { env, terminal: 'stderr', columns: 200 })).err).not.toContain(
      '--lifetime 60s',
    );
  });

  it.each([
    ['--access readwrite --lifetime 60', 'transcribe, which is billed'],
    ['--no-one-time --lifetime 60', 'anyone who copies it'],
    ['--lifetime 90', 'valid for 90 s'],
  ])('gives a tip about a powerful token: %s', async (options, word) => {
    const { err } = await run(`mint ${options}`, { env, terminal: 'stderr', columns: 200 });
    expect(err).toMatch(new RegExp(`^tip: Keep this token safe: .*${word}`, 'm'));
  });

  it('gives at most one tip, the one about the expiry first', async () => {
    const line = 'mint --access readwrite --no-one-time --lifetime 15';
    const { err } = await run(line, { env, terminal: 'all', columns: 200 });
    expect(err.match(/^tip: .*/gm)).toEqual([
      'tip: This token expires in 15 s. For more time: --lifetime 60s',
    ]);
  });

  it('prints nothing under --quiet', async () => {
    expect((await run('mint -q', { env, terminal: 'all' })).err).toBe('');
  });

  it('notes that no server accepts the token of an embedded sandbox, in a pipe too', async () => {
    const { code, err, json } = await run('mint --sandbox --json', { env });
    expect(code).toBe(0);
    expect(json()).toMatchObject({ sandbox: true });
    expect(json<{ api_server: string }>().api_server).not.toBe(sandbox.url);
    expect(err).toContain('no server accepts this token');
  });

  it('shows the request under --verbose, without a secret', async () => {
    const { out, err } = await run('mint -v', { env });
    expect(err).toMatch(
      /^\* GET \/security\/generate-token access=readonly lifetime_s=10 one_time=true -> 200 in \d+ ms, API 1\.1\.0\n$/,
    );
    expect(err).not.toContain(out.trim());
    expect(err).not.toContain(sandbox.apiKey);
  });

  it('wraps its lines in a narrow terminal', async () => {
    const { err } = await run('mint --access readwrite', { env, terminal: 'all', columns: 40 });
    for (const line of err.split('\n')) expect(line.length).toBeLessThan(40);
  });
});

describe('vstoken mint, its key and its server', () => {
  it('reads the key from the file that a variable names, and trims it', async () => {
    const { code } = await run('mint', {
      env: { VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_API_KEY_FILE: '/run/secrets/key' },
      files: { '/run/secrets/key': `  ${sandbox.apiKey}\n` },
    });
    expect(code).toBe(0);
  });

  it('prefers the key variable to the key file, and --api-server to its variable', async () => {
    const { code } = await run(`mint --api-server ${sandbox.url}`, {
      env: {
        VOCALSTACK_API_KEY: sandbox.apiKey,
        VOCALSTACK_API_KEY_FILE: '/nowhere',
        VOCALSTACK_API_SERVER: 'http://localhost:1',
      },
    });
    expect(code).toBe(0);
  });

  it('accepts global options before the command', async () => {
    const { code, json } = await run(`--json --api-server ${sandbox.url} mint`, {
      env: { VOCALSTACK_API_KEY: sandbox.apiKey },
    });
    expect(code).toBe(0);
    expect(json()).toHaveProperty('token');
  });

  it.each([
    [{}, 'no_key', 4],
    [{ VOCALSTACK_API_KEY: '' }, 'key_empty', 4],
    [{ VOCALSTACK_API_KEY_FILE: '' }, 'key_empty', 4],
    [{ VOCALSTACK_API_KEY: '  \n' }, 'key_empty', 4],
    [{ VOCALSTACK_API_KEY_FILE: '/nowhere' }, 'key_file_unreadable', 3],
    [{ VOCALSTACK_API_KEY: 'wrong' }, 'key_refused', 4],
  ])('reports the specific problem of the key: %j', async (keys, code, exit) => {
    const result = await run('mint --json', {
      env: { VOCALSTACK_API_SERVER: sandbox.url, ...keys },
    });
    expect(result.error()).toMatchObject({ code, exit, hint: expect.any(String) });
    expect(result.code).toBe(exit);
    expect(result.out).toBe('');
  });

  it.each(['line\nbreak', 'car\rriage', 'nul\0byte', 'with space', 'ümlaut', 'tab\tbed'])(
    'S20 refuses a key that cannot be one before any request, without echo: %j',
    async (key) => {
      const before = sandbox.stats().requests;
      const { error, err } = await run('mint --json', {
        env: { VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_API_KEY: key },
      });
      expect(error()).toMatchObject({ code: 'key_malformed', exit: 4 });
      expect(err).not.toContain(key);
      expect(err).not.toContain(JSON.stringify(key).slice(1, -1));
      expect(sandbox.stats().requests).toBe(before);
    },
  );

  it.each([
    ['http://api.vocalstack.com', 'insecure_server'],
    ['http://localhost.evil.com', 'insecure_server'],
    ['http://127.0.0.1.nip.io', 'insecure_server'],
    ['http://0.0.0.0:8080', 'insecure_server'],
    ['http://user@localhost:8080', 'invalid_server'],
    ['https://user:pass@api.vocalstack.com', 'invalid_server'],
    ['https://api.vocalstack.com/v1', 'invalid_server'],
    ['https://api.vocalstack.com/?x=1', 'invalid_server'],
    ['ws://localhost:8080', 'invalid_server'],
    ['localhost:8080', 'invalid_server'],
    ['nonsense', 'invalid_server'],
  ])('S33 rejects %s with the code %s, from the option and the variable', async (server, code) => {
    const env = { VOCALSTACK_API_KEY: 'k' };
    const byOption = await run(['mint', '--json', '--api-server', server], { env });
    expect(byOption.error()).toMatchObject({ code, exit: 2 });
    const byVariable = await run('mint --json', { env: { ...env, VOCALSTACK_API_SERVER: server } });
    expect(byVariable.error()).toMatchObject({ code, exit: 2 });
    expect(byVariable.err).not.toContain(server);
  });

  it('S37 sends no key beyond loopback when certificates are not checked', async () => {
    const { error } = await run('mint --json --api-server https://api.invalid', {
      env: { VOCALSTACK_API_KEY: 'k', NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    });
    expect(error()).toMatchObject({ code: 'tls_verification_disabled', exit: 3 });
    const loopback = await run('mint', { env: { ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    expect(loopback.code).toBe(0);
  });
});

describe('vstoken mint, if the service fails', () => {
  async function runAgainst(faults: readonly string[], line = 'mint --json', options = {}) {
    const unwell = await startSandbox({ faults });
    try {
      const result = await run(line, { env: envFor(unwell), random: () => 0, ...options });
      return { result, stats: unwell.stats() };
    } finally {
      await unwell.close();
    }
  }

  it.each([
    [['mint:503*2'], 0, undefined, 3],
    [['mint:503'], 7, 'service_error', 3],
    [['mint:429'], 7, 'rate_limited', 3],
    [['mint:401'], 4, 'key_refused', 1],
    [['mint:403'], 5, 'forbidden', 1],
    [['mint:404'], 7, 'minting_unavailable', 1],
    [['mint:410'], 7, 'minting_unavailable', 1],
    [['mint:418'], 7, 'request_rejected', 1],
    [['version:discontinued'], 7, 'api_discontinued', 1],
    [['version:missing'], 7, 'api_version_missing', 1],
    [['version:low'], 7, 'api_version_too_low', 1],
  ])(
    'ends, with the faults %j, with exit code %i (%s) after the right number of attempts',
    async (faults, exit, code, attempts) => {
      const { result, stats } = await runAgainst(faults);
      expect(result.code).toBe(exit);
      if (code === undefined) expect(result.json()).toHaveProperty('token');
      else {
        expect(result.out).toBe('');
        expect(result.error()).toMatchObject({ code, exit, hint: expect.any(String) });
      }
      expect(stats.requests).toBe(attempts);
    },
  );

  it('continues with a newer API version, and notes it', async () => {
    const { result } = await runAgainst(['version:newer'], 'mint');
    expect(result.code).toBe(0);
    expect(result.err).toMatch(/note: .*2\.0\.0/);
  });

  it('notes each long wait once, and the number of tries in the end', async () => {
    const clock = fakeClock();
    const limited = await startSandbox({ faults: ['mint:429:retry-after=8'], clock });
    for (const [line, notes] of [
      ['mint --timeout 60s', 2],
      ['mint --timeout 60s --quiet', 0],
    ] as const) {
      const before = limited.stats().requests;
      const running = run(line, { env: envFor(limited), clock, random: () => 0 });
      for (const tries of [1, 2]) {
        await expect.poll(() => limited.stats().requests - before).toBe(tries);
        await expect.poll(() => clock.waiting()).toContain(8000);
        await clock.advance(8000);
      }
      const { code, err } = await running;
      expect(code).toBe(7);
      expect(
        err.match(/^note: rate limited; next attempt in 8 s \([23] of 3\)$/gm) ?? [],
      ).toHaveLength(notes);
      expect(err).toContain('vstoken tried 3 times.');
    }
    await limited.close();
  });

  it('names the proxy in use under --verbose, without its password', async () => {
    const env = {
      VOCALSTACK_API_SERVER: 'http://127.0.0.1:1',
      VOCALSTACK_API_KEY: 'a-key',
      HTTP_PROXY: 'http://someone:CanaryPassword@127.0.0.1:2',
    };
    const direct = await run('mint --verbose', { env });
    expect(direct.err).toMatch(/^\* proxy: none$/m);
    const proxied = await run('mint --verbose', {
      env: { ...env, VOCALSTACK_PROXY_LOOPBACK: '1' },
    });
    expect(proxied.err).toMatch(/^\* proxy: http:\/\/127\.0\.0\.1:2 \(HTTP_PROXY\)$/m);
    expect(proxied.err).not.toContain('CanaryPassword');
  });

  it('fails at once if Retry-After is beyond the deadline, and reports its duration', async () => {
    const { result, stats } = await runAgainst(['mint:429:retry-after=3600']);
    expect(result.error()).toMatchObject({ code: 'rate_limited', http_status: 429 });
    expect(`${result.error().message} ${result.error().hint}`).toMatch(/60 min|1 h|3600 s/);
    expect(stats.requests).toBe(1);
  });

  it('S43 ends at its deadline when nothing answers', async () => {
    const clock = fakeClock();
    const slow = await startSandbox({ latencyMs: 3_600_000, clock });
    try {
      const running = run('mint --json --timeout 5s', { env: envFor(slow), clock });
      while (slow.stats().requests === 0) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(5000);
      const result = await running;
      expect(result.error()).toMatchObject({ code: 'timeout', exit: 6 });
      expect(result.error().message).toContain('5 s');
    } finally {
      await slow.close();
    }
  });

  it('reads its deadline from VOCALSTACK_TIMEOUT, and names the variable if it is invalid', async () => {
    const { error } = await run('mint --json', { env: { ...env, VOCALSTACK_TIMEOUT: 'soon' } });
    expect(error()).toMatchObject({ code: 'invalid_value', exit: 2 });
    expect(error().message).toContain('VOCALSTACK_TIMEOUT');
    expect((await run('mint', { env: { ...env, VOCALSTACK_TIMEOUT: '' } })).code).toBe(0);
  });

  it('reports that nothing listens at the address', async () => {
    const gone = await startSandbox();
    await gone.close();
    const { error } = await run('mint --json', { env: envFor(gone) });
    expect(error()).toMatchObject({ code: 'connection_refused', exit: 6 });
  });

  it('exits with 130 if interrupted and with 143 if terminated', async () => {
    const { CliError } = await import('../../../src/core/errors');
    for (const [code, exit] of [
      ['interrupted', 130],
      ['terminated', 143],
    ] as const) {
      const clock = fakeClock();
      const slow = await startSandbox({ latencyMs: 1000, clock });
      const controller = new AbortController();
      const running = run('mint --json', { env: envFor(slow), clock, signal: controller.signal });
      while (slow.stats().requests === 0) await new Promise((resolve) => setImmediate(resolve));
      controller.abort(new CliError(code, 'Stopped.'));
      expect((await running).error()).toMatchObject({ code, exit });
      await slow.close();
    }
  });
});

describe('vstoken mint, its output', () => {
  it('S50 ends without an error if the reader has closed the pipe', async () => {
    const { code, err } = await run('mint', { env, stdoutFails: 'reader-gone' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('S50 fails if the output cannot be written', async () => {
    const { code, err } = await run('mint', { env, stdoutFails: 'disk-full' });
    expect(code).toBe(3);
    expect(err).toContain('output_unwritable');
  });
});

describe('vstoken mint --count with a key that is encrypted with a passphrase', () => {
  it('decrypts it within the --timeout of a token', async () => {
    const phrase = 'a long passphrase';
    const configDir = configDirEncrypted(sandbox, phrase);
    const sealed = { ...env, VOCALSTACK_PASSPHRASE: phrase };
    const line = 'mint --count 2 --profile default --json';
    expect((await run(line, { configDir, env: sealed })).code).toBe(0);
    // Sets the cost of the key derivation to the value that a login uses. With this value, the derivation takes far longer than
    // the `--timeout 20ms` below, on every machine.
    const stored = storedIn(configDir);
    stored.profiles.default.sealed.n = 2 ** 17;
    writeFileSync(configFile(configDir), JSON.stringify(stored));
    const late = await run(`${line} --timeout 20ms`, { configDir, env: sealed });
    expect({ code: late.code, error: late.error().code }).toEqual({ code: 6, error: 'timeout' });
  });
});
