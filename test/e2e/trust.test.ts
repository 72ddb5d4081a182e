import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tree } from '../../src/commands/help/tree';
import { needs } from '../support/needs';
import { configDirWith } from '../support/stored';
import { leaksOf } from './support/encodings';
import { envFor, PROGRAM, runBinary, start, startBinary } from './support/run-binary';
import { runHere } from './support/run-here';
import { type Service, startService } from './support/service';

const SECRET = 'Planted5ecret';

let service: Service;
let folder: string;
beforeAll(async () => {
  service = await startService();
  folder = mkdtempSync(join(tmpdir(), 'vstoken-trust-'));
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

/**
 * Runs the program under strace.
 * @returns the result, the number of programs that were executed, the number of helper processes of vstoken, and the ports to
 * which the program connected
 */
async function traced(args: readonly string[], env: Readonly<Record<string, string>>, stdin = '') {
  const file = join(folder, 'trace');
  const options = ['-f', '-qq', '-s', '4096', '-e', 'trace=execve,connect', '-o', file];
  const line = [...options, ...PROGRAM, ...args];
  const result = await start('strace', line, { env, stdin }).done;
  const trace = readFileSync(file, 'utf8');
  return {
    ...result,
    executed: trace.match(/execve\(/g)?.length,
    helpers: trace.match(/execve\(.*(?:bin\/keychain\.js|helper:keychain)"\]/g)?.length ?? 0,
    connected: [...trace.matchAll(/connect\(\d+, (.*?)\}/g)].map(
      ([, address = '']) => /htons\((\d+)\)/.exec(address)?.[1] ?? address,
    ),
  };
}

describe('S19 other programs and servers', needs('strace'), () => {
  it.each([
    ['mint'],
    ['verify --only reusable'],
    ['test --mode connect'],
    ['test https://example.com/a.wav'],
  ])('vstoken %s starts no other program, and connects only to its server', async (line) => {
    const { code, executed, connected } = await traced(line.split(' '), envFor(service));
    expect({ code, executed }).toEqual({ code: 0, executed: 1 });
    expect(connected.length).toBeGreaterThan(0);
    expect(new Set(connected)).toEqual(new Set([new URL(service.url).port]));
  });

  it('vstoken doctor starts only its helper, and connects only to its server', async () => {
    const { code, executed, helpers, connected } = await traced(['doctor'], envFor(service));
    expect({ code, executed, helpers }).toEqual({ code: 0, executed: 2, helpers: 1 });
    expect(new Set(connected)).toEqual(new Set([new URL(service.url).port]));
  });

  it('S26 vstoken serve starts no other program, and connects only to its server', async () => {
    const file = join(folder, 'trace-serve');
    const options = ['-f', '-qq', '-s', '4096', '-e', 'trace=execve,connect', '-o', file];
    const args = ['serve', '--port', '0', '--json'];
    const line = [...options, ...PROGRAM, ...args];
    const program = start('strace', line, { env: envFor(service) });
    const [first] = await program.untilOut(/^.*\n/);
    const { url, path, secret } = JSON.parse(first);
    const headers = { authorization: `Bearer ${secret}` };
    expect((await fetch(`${url}${path}`, { headers })).status).toBe(200);
    const [, pid] = /^(\d+) /.exec(readFileSync(file, 'utf8')) ?? [];
    process.kill(Number(pid), 'SIGTERM');
    expect((await program.done).code).toBe(143);
    const trace = readFileSync(file, 'utf8');
    expect(trace.match(/execve\(/g)).toHaveLength(1);
    const ports = [...trace.matchAll(/connect\(.*?htons\((\d+)\)/g)].map(([, port]) => port);
    expect(new Set(ports)).toEqual(new Set([new URL(service.url).port]));
  });

  it.each(['mint', 'test'])(
    'the command line of vstoken %s contains no secret',
    async (command) => {
      const own = await startService({ onMint: () => undefined });
      const env = { ...envFor(own), VOCALSTACK_API_KEY: SECRET };
      const program = startBinary([command], { env });
      await program.meanwhile(own.until(() => own.counts.mints === 1));
      const words = readFileSync(`/proc/${program.child.pid}/cmdline`, 'utf8').split('\0');
      expect(words).toEqual([...PROGRAM, command, '']);
      program.child.kill('SIGTERM');
      await program.done;
      await own.close();
    },
  );

  it.each([
    ['--version', ''],
    ['--help', ''],
    ['completion zsh', ''],
    ['completion zsh --words', 'mint\n--profile\n\n'],
  ])('vstoken %s starts no other program, and opens no connection', async (line, stdin) => {
    const env = {
      VOCALSTACK_CONFIG_DIR: configDirWith({ url: service.url, apiKey: SECRET }, ['staging']),
    };
    const { code, out, executed, connected } = await traced(line.split(' '), env, stdin);
    expect({ code, executed, connected }).toEqual({ code: 0, executed: 1, connected: [] });
    if (stdin !== '') expect(out).toBe(`values 1\nstaging:plaintext, for ${service.url}\n`);
  });

  it('no option accepts a secret', async () => {
    const { out } = await runHere(['help', '--json']);
    const { commands }: Tree = JSON.parse(out);
    expect(commands.length).toBeGreaterThan(15);
    for (const { command, options, global_options } of commands) {
      const takers = [...options, ...global_options].filter(({ value }) => value !== null);
      const secretive = takers
        .map(({ flag }) => flag)
        .filter((flag) => /key|token|secret|pass|auth|bearer/.test(flag));
      // The values of these options are a path and a command, which are not secrets.
      const allowed = { sandbox: ['--api-key-file'], login: ['--key-command'] };
      expect(secretive).toEqual(
        Object.entries(allowed).find(([name]) => name === command)?.[1] ?? [],
      );
    }
  });
});

const LINES: readonly (readonly string[])[] = [
  [SECRET],
  [`--${SECRET}`],
  [`-x${SECRET}`],
  [`--api-key=${SECRET}`, 'mint'],
  ['help', SECRET],
  ['mint', SECRET],
  ['mint', '--', SECRET],
  ['mint', `--${SECRET}`],
  ['mint', `-x${SECRET}`],
  ['mint', `--api-key=${SECRET}`],
  ['mint', '--api-key', SECRET],
  ['mint', `--one-time=${SECRET}`],
  ['mint', '--lifetime', SECRET],
  ['mint', `--access=${SECRET}`],
  ['mint', `-o${SECRET}`],
  ['mint', '--output', SECRET],
  ['mint', '-o', 'env', '--name', `${SECRET}-`],
  ['mint', `--json=${SECRET}`],
  ['mint', `--timeout=${SECRET}`],
  ['mint', '--api-server', SECRET],
  ['mint', '--api-server', `https://${SECRET}@host.invalid`],
  ['mint', '--api-server', `https://host.invalid/?key=${SECRET}`],
  ['mint', '--api-server', `http://${SECRET}.invalid`],
  ['test', SECRET],
  ['test', `ftp://host.invalid/${SECRET}`],
  ['test', 'https://host.invalid/a.wav', SECRET],
  ['test', '--mode', SECRET],
  ['test', '--language', `${SECRET}!`],
  ['test', '--max-duration', SECRET],
  ['test', `--token=${SECRET}`],
  ['test', `--use-token=${SECRET}`],
  ['explain', SECRET],
  ['explain', `--${SECRET}`],
  ['explain', 'token_spent', SECRET],
  ['inspect', SECRET],
  ['inspect', '--probe', SECRET],
  ['inspect', `--token=${SECRET}`],
  ['inspect', `--token-stdin=${SECRET}`],
  ['inspect', '--probe', '--access', SECRET],
  ['inspect', '--probe', '--api-server', SECRET],
  ['exec', SECRET],
  ['exec', SECRET, '--', 'true'],
  ['exec', `--${SECRET}`, '--', 'true'],
  ['exec', '--access', SECRET, '--', 'true'],
  ['exec', '--name', `${SECRET}-`, '--', 'true'],
  ['exec', `--file=${SECRET}`, '--', 'true'],
  ['exec', '--file', SECRET],
  ['serve', '--port', SECRET],
  ['serve', '--path', `/${SECRET}?`],
  ['serve', '--rate', SECRET],
  ['serve', '--allow-origin', `https://host.invalid/${SECRET}`],
  ['serve', '--lifetime', SECRET],
  ['serve', `--secret=${SECRET}`],
  ['doctor', SECRET],
  ['doctor', `--offline=${SECRET}`],
  ['doctor', '--api-server', `https://${SECRET}@host.invalid`],
  ['sandbox', '--port', SECRET],
  ['sandbox', '--latency', SECRET],
  ['sandbox', '--fail', SECRET],
  ['sandbox', '--allow-origin', `https://host.invalid/${SECRET}`],
  ['sandbox', `--api-key=${SECRET}`],
];

/** For each command, its last command line in LINES. Only this command line runs in its own process. */
const SPAWNED = new Map(LINES.map((line) => [line[0], line]));

describe.concurrent('S23 a usage error does not quote what was typed', () => {
  it.each(LINES.map((line) => [line.join(' '), line] as const))(
    'vstoken %s does not quote it',
    async (_, line) => {
      const runLine = SPAWNED.get(line[0]) === line ? runBinary : runHere;
      for (const more of [[], ['--json']]) {
        const at = line.indexOf('--');
        const args =
          at < 0 ? [...line, ...more] : [...line.slice(0, at), ...more, ...line.slice(at)];
        const { code, out, err } = await runLine(args, { env: envFor(service) });
        expect({ code, out }).toEqual({ code: 2, out: '' });
        expect(leaksOf(SECRET.toLowerCase(), err.toLowerCase())).toEqual([]);
      }
    },
  );

  it.each([
    ['VOCALSTACK_TIMEOUT', SECRET, 2],
    ['VOCALSTACK_TEST_URL', SECRET, 2],
    ['VOCALSTACK_API_SERVER', SECRET, 2],
    ['VOCALSTACK_API_SERVER', `http://${SECRET}@127.0.0.1:9`, 2],
    ['VOCALSTACK_API_KEY', `${SECRET} part`, 4],
    ['VOCALSTACK_API_KEY', `${SECRET}\npart`, 4],
    ['VOCALSTACK_API_KEY', `${SECRET}\u00e9`, 4],
  ])('S20 %s=%j is rejected without quoting it (exit %i)', async (name, value, exit) => {
    const before = service.counts.mints;
    const { code, err } = await runBinary(['test'], { env: { ...envFor(service), [name]: value } });
    expect(code).toBe(exit);
    expect(leaksOf(SECRET, err)).toEqual([]);
    expect(service.counts.mints).toBe(before);
  });
});

describe('S33 plain http is allowed only to loopback', () => {
  it('accepts the names of this machine', async () => {
    const { port } = new URL(service.url);
    for (const host of ['127.0.0.1', 'localhost']) {
      const args = ['mint', '--api-server', `http://${host}:${port}`];
      expect((await runBinary(args, { env: { VOCALSTACK_API_KEY: 'k' } })).code).toBe(0);
    }
  });

  it.each([
    ['http://localhost.evil.invalid', 'insecure_server'],
    ['http://127.0.0.1.nip.invalid', 'insecure_server'],
    ['http://0.0.0.0', 'insecure_server'],
    ['http://[::]', 'insecure_server'],
    ['http://localhost.', 'insecure_server'],
    ['http://127.0.0.1@evil.invalid', 'invalid_server'],
    ['http://evil.invalid#@127.0.0.1', 'invalid_server'],
    ['ws://127.0.0.1', 'invalid_server'],
    ['ftp://127.0.0.1', 'invalid_server'],
    ['//127.0.0.1', 'invalid_server'],
  ])('rejects %s with %s, and opens no connection', needs('strace'), async (server, expected) => {
    const env = { VOCALSTACK_API_KEY: SECRET, VOCALSTACK_API_SERVER: server };
    const { code, err, connected } = await traced(['mint'], env);
    expect({ code, connected }).toEqual({ code: 2, connected: [] });
    expect(err).toContain(`code:  ${expected} `);
  });
});

describe('S37 NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0', VOCALSTACK_API_KEY: SECRET };
  it.each(['mint', 'test'])(
    'lets vstoken %s connect only to loopback',
    needs('strace'),
    async (command) => {
      const args = [command, '--api-server', 'https://host.invalid'];
      const { code, out, err, connected } = await traced(args, env);
      expect({ code, out, connected }).toEqual({ code: 3, out: '', connected: [] });
      expect(err).toContain('code:  tls_verification_disabled (exit 3)');
    },
  );

  it('is ignored on loopback', async () => {
    expect((await runBinary(['mint'], { env: { ...env, ...envFor(service) } })).code).toBe(0);
  });
});

describe('S36 files in the working directory', () => {
  it('change nothing', async () => {
    const foreign = await startService();
    const cwd = mkdtempSync(join(folder, 'work-'));
    const lines = [
      `VOCALSTACK_API_SERVER=${foreign.url}`,
      'VOCALSTACK_API_KEY=foreign-key',
      'VOCALSTACK_AUTH_TOKEN=foreign-token',
      `HTTP_PROXY=${foreign.url}`,
      `HTTPS_PROXY=${foreign.url}`,
    ].join('\n');
    for (const name of ['.env', '.env.local', '.vstokenrc', '.npmrc', 'vstoken.config.js']) {
      writeFileSync(join(cwd, name), lines);
    }
    const json = { api_server: foreign.url, api_key: 'foreign-key' };
    writeFileSync(join(cwd, '.vstokenrc.json'), JSON.stringify(json));
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ vstoken: json }));
    const minted = await runBinary(['mint', '--json'], { cwd, env: envFor(service) });
    expect(JSON.parse(minted.out).api_server).toBe(service.url);
    const server = { VOCALSTACK_API_SERVER: service.url };
    const keyless = await runBinary(['mint'], { cwd, env: server });
    expect(keyless.err).toContain('code:  no_key (exit 4)');
    const tokenless = await runBinary(['test', '--use-token'], { cwd, env: server });
    expect(tokenless.err).toContain('code:  no_token (exit 4)');
    expect(foreign.counts).toEqual({ mints: 0, reads: 0, upgrades: 0, starts: 0 });
    await foreign.close();
  });
});
