import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { PROGRAM } from '../support/program';

// These tests of the built program run on any system, because they need only Node.js and no shell.

const [file, ...own] = PROGRAM;
const OWN = /^VOCALSTACK_/i;

let folder: string;
const running: ChildProcess[] = [];

beforeAll(() => {
  // The folder's name has a space and a quote. A program that builds command lines by joining strings would fail in such a
  // folder.
  folder = mkdtempSync(join(tmpdir(), "vstoken it's a folder-"));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});
// On Windows, the files of a killed process stay open for a moment, so `rmSync` tries again if removing fails.
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 20 }));

function begin(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !OWN.test(name));
  const child = spawn(file, [...own, ...args], {
    env: { ...Object.fromEntries(inherited), VOCALSTACK_CONFIG_DIR: folder, ...env },
    stdio: 'pipe',
    windowsHide: true,
  });
  running.push(child);
  return child;
}

async function run(
  args: readonly string[],
  { env, stdin = '' }: { env?: Readonly<Record<string, string>>; stdin?: string } = {},
) {
  const child = begin(args, env);
  const text = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    text.out += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    text.err += chunk;
  });
  child.stdin?.on('error', () => undefined).end(stdin);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, ...text };
}

/** Returns the first line that a server prints, parsed as JSON. */
async function firstDocument(child: ChildProcess) {
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface(child.stdout)) return JSON.parse(line);
  throw new Error('It ended without a line.');
}

describe('the program on this system', () => {
  it('prints its version and its help', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('mint') });
  });

  it('mints a token and uses it', async () => {
    const { code, out } = await run(['mint', '--sandbox', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ access: 'readonly', lifetime_s: 10, sandbox: true });
    const test = await run(['test', '--sandbox', '--json']);
    expect(test.code).toBe(0);
    expect(JSON.parse(test.out)).toMatchObject({ ok: true, transcription: { status: 'done' } });
  });

  it('rejects an invalid value with an error message', async () => {
    const { code, out, err } = await run(['mint', '--lifetime', '121', '--json']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(JSON.parse(err.trim().split(/\r?\n/).at(-1) ?? '')).toMatchObject({
      error: { code: 'invalid_value' },
    });
  });

  it('stores a key, uses it, and removes it', async () => {
    const { url, api_key: key } = await firstDocument(begin(['sandbox', '--port', '0', '--json']));
    const env = { VOCALSTACK_API_SERVER: url };
    const login = ['login', '--with-key', '--store', 'plaintext'];
    expect(await run(login, { env, stdin: `${key}\n` })).toMatchObject({ code: 0 });
    const status = await run(['status', '--json'], { env });
    expect(JSON.parse(status.out)).toMatchObject({ store: 'plaintext', api_server: url });
    expect(await run(['mint'], { env })).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\S+\n$/),
    });
    expect(await run(['logout'], { env })).toMatchObject({ code: 0 });
    expect(await run(['mint'], { env })).toMatchObject({ code: 4, out: '' });
    expect(readFileSync(join(folder, 'config.json'), 'utf8')).not.toContain(key);
  });

  it('passes a token to a command, and returns its exit code', async () => {
    const program =
      'console.log(typeof process.env.VOCALSTACK_AUTH_TOKEN, process.argv[1]); process.exit(7)';
    const words = ['two words', 'a "quote"', '%PATH%', '$HOME'];
    for (const word of words) {
      const line = ['exec', '--sandbox', '--', process.execPath, '-e', program, word];
      expect(await run(line)).toMatchObject({ code: 7, out: `string ${word}\n` });
    }
  });

  it('writes reports to paths of this system', async () => {
    const path = join(folder, 'a report.xml');
    const line = ['test', '--sandbox', '--mode', 'connect', '--report', `junit=${path}`];
    expect(await run(line)).toMatchObject({ code: 0 });
    expect(readFileSync(path, 'utf8')).toContain('<testsuite');
  });

  it('serves tokens to a page', async () => {
    const server = begin(['serve', '--sandbox', '--port', '0', '--json']);
    const { url, path, secret } = await firstDocument(server);
    const ask = (headers: Record<string, string>) =>
      fetch(`${url}${path}`, { method: 'POST', headers });
    expect((await ask({})).status).toBe(401);
    const response = await ask({ authorization: `Bearer ${secret}` });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ token: expect.any(String) });
  });
});
