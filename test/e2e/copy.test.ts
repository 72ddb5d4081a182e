import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../support/needs';
import { leaksOf } from './support/encodings';
import { BINARY, envFor, errorIn, runBinary, start } from './support/run-binary';
import { type Service, startService } from './support/service';
import { runInTerminal } from './support/terminal';

const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';
const TOKEN = 'CanaryToken~Rw8"w+&%3D\\4/x=fin';

let service: Service;
let base: string;
/**
 * Path of a module that is loaded before the program. It makes the program and the package tinyclip believe that they run on
 * another system.
 */
let platformModule: string;
beforeAll(async () => {
  service = await startService({ token: TOKEN });
  base = mkdtempSync(join(tmpdir(), 'vstoken-copy-'));
  platformModule = join(base, 'platform.cjs');
  writeFileSync(
    platformModule,
    `Object.defineProperty(process, 'platform', { value: process.env.FAKE_PLATFORM });`,
  );
});
afterAll(async () => {
  await service.close();
  rmSync(base, { recursive: true });
});

/** Creates a folder of fake programs that record their arguments, environment and input. Returns the path of the folder. */
function helpers(names: readonly string[], does = ''): string {
  const folder = mkdtempSync(join(base, 'bin-'));
  for (const name of names) {
    const path = join(folder, name);
    const script = `#!/bin/sh
printf '%s\\n' "$0" "$@" > '${path}.args'; /usr/bin/env > '${path}.env'
/bin/cat > '${path}.input'
${does}\n`;
    writeFileSync(path, script, { mode: 0o755 });
  }
  return folder;
}

const got = (folder: string, name: string, what: 'args' | 'env' | 'input') =>
  existsSync(join(folder, `${name}.${what}`))
    ? readFileSync(join(folder, `${name}.${what}`), 'utf8')
    : null;

const variables = (more: Readonly<Record<string, string>>) => ({
  VOCALSTACK_API_SERVER: service.url,
  VOCALSTACK_API_KEY: KEY,
  VOCALSTACK_PASSPHRASE: KEY,
  VOCALSTACK_AUTH_TOKEN: TOKEN,
  // With CI set, the program writes no ledger (its list of minted tokens).
  CI: '1',
  ...more,
});

/**
 * Whether a process is running. A zombie (Z) is not running: it has ended, but stays in /proc until its parent reads its exit
 * code.
 */
function isRunning(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !/\) Z /.test(readFileSync(path, 'utf8'));
}

const LINE = ['mint', '--copy', '--json'];

describe('S77 vstoken mint --copy', () => {
  it.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
    ['wl-copy', 'linux', { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' }, ['wl-copy', 'xclip']],
    ['xclip', 'linux', { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' }, ['xclip']],
    ['xclip', 'linux', { DISPLAY: ':0' }, ['xclip', 'wl-copy']],
    ['xsel', 'linux', { DISPLAY: ':0' }, ['xsel', 'xclip']],
    ['powershell.exe', 'linux', { WSL_DISTRO_NAME: 'Debian' }, ['powershell.exe', 'xclip']],
    ['pbcopy', 'darwin', {}, ['pbcopy', 'xclip']],
    ['powershell.exe', 'win32', { APPDATA: '/none' }, ['powershell.exe']],
  ])(
    'passes the token to %s (%s) only on its standard input',
    async (name, FAKE_PLATFORM, set, names) => {
      const PATH = helpers(names);
      const env = { ...variables(set), PATH, FAKE_PLATFORM };
      const args = ['--require', platformModule, BINARY, ...LINE];
      const { code, out, err } = await start(process.execPath, args, { env }).done;
      expect({ code, err }).toMatchObject({
        code: 0,
        err: expect.stringContaining(`Copied with ${name}.`),
      });
      expect(JSON.parse(out)).toMatchObject({ copied_by: name });
      expect(got(PATH, name, 'input')).toBe(TOKEN);
      for (const what of ['args', 'env'] as const) {
        const text = got(PATH, name, what) ?? '';
        expect(text).not.toBe('');
        expect([...leaksOf(TOKEN, text), ...leaksOf(KEY, text)]).toEqual([]);
        expect(text).not.toContain('VOCALSTACK');
      }
      expect([...leaksOf(TOKEN, out + err), ...leaksOf(KEY, out + err)]).toEqual([]);
      for (const other of names.filter((each) => each !== name))
        expect(got(PATH, other, 'args')).toBeNull();
    },
  );

  it('runs no program of the working directory', async () => {
    const cwd = helpers(['xclip', 'which', 'xsel']);
    for (const PATH of ['.', '', ':.', 'bin', `.:${helpers([])}`]) {
      mkdirSync(join(cwd, 'bin'), { recursive: true });
      const env = { ...variables({ DISPLAY: ':0' }), PATH };
      const before = service.counts.mints;
      const result = await start(process.execPath, [BINARY, ...LINE], { env, cwd }).done;
      expect(result).toMatchObject({ code: 3, out: '' });
      expect(errorIn(result).code).toBe('no_clipboard');
      expect(service.counts.mints).toBe(before);
    }
    expect(got(cwd, 'xclip', 'args')).toBeNull();
    expect(got(cwd, 'which', 'args')).toBeNull();
    const PATH = `.:${helpers(['xclip'])}`;
    const env = { ...variables({ DISPLAY: ':0' }), PATH };
    expect((await runBinary(LINE, { env, cwd })).code).toBe(0);
    expect(got(cwd, 'xclip', 'args')).toBeNull();
    expect(got(PATH.slice(2), 'xclip', 'input')).toBe(TOKEN);
    expect(got(PATH.slice(2), 'xclip', 'env')).toContain(`PATH=${PATH.slice(2)}\n`);
  });

  it('does not wait for a program that stays in the background with open pipes', async () => {
    const stays = '(trap "" HUP; echo $$ > "$0.stays"; exec /bin/sleep 1000) & echo $! > "$0.pid"';
    const PATH = helpers(['xclip'], stays);
    const env = { ...variables({ DISPLAY: ':0' }), PATH };
    const { code, out } = await runBinary(LINE, { env });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ copied_by: 'xclip' });
    // Throws an error if the fake xclip has ended. It must still run, because an X11 clipboard exists only while its owner runs.
    process.kill(Number(readFileSync(join(PATH, 'xclip.pid'), 'utf8')), 'SIGKILL');
  });

  it('kills a program that hangs, even if it ignores signals', needs('proc'), async () => {
    const PATH = helpers(['xclip'], 'trap "" TERM INT; echo $$ > "$0.pid"; while :; do :; done');
    const env = { ...variables({ DISPLAY: ':0' }), PATH };
    const result = await runBinary(LINE, { env });
    expect(result).toMatchObject({ code: 3, out: '' });
    expect(errorIn(result)).toMatchObject({
      code: 'no_clipboard',
      message: 'xclip did not end within 3 s. The token is not in the clipboard.',
    });
    const pid = Number(readFileSync(join(PATH, 'xclip.pid'), 'utf8'));
    expect(isRunning(pid)).toBe(false);
  });

  it('does not show the output of a program that fails', async () => {
    const PATH = helpers(['xclip'], 'cat "$0.input" >&2; cat "$0.input"; exit 1');
    const env = { ...variables({ DISPLAY: ':0' }), PATH: `${PATH}:/bin` };
    const result = await runBinary([...LINE, '--verbose'], { env });
    expect(result).toMatchObject({ code: 3, out: '' });
    expect(errorIn(result).message).toBe('xclip failed. The token is not in the clipboard.');
    expect(leaksOf(TOKEN, result.err)).toEqual([]);
  });
});

describe('S77 vstoken mint --copy in a terminal', needs('script'), () => {
  it.each(['terminal', 'file'] as const)(
    'asks the terminal to copy if there is no program for it (standard output: %s)',
    async (stdout) => {
      const { code, screen, out } = await runInTerminal(['mint', '--copy'], stdout, {
        env: envFor(service),
      });
      expect({ code, out }).toEqual({ code: 0, out: '' });
      const base64 = Buffer.from(TOKEN).toString('base64');
      expect(screen).toContain(`\u001b]52;c;${base64}\u001b\\`);
      expect(screen).not.toContain(TOKEN);
      expect(screen.replace(/\s+/g, ' ')).toContain('but the terminal may ignore the request.');
    },
  );

  it('asks the terminal through its device if standard error is a file', async () => {
    const path = join(base, 'err');
    const line = `'${process.execPath}' '${BINARY}' mint --copy 2>'${path}'`;
    const env = { ...envFor(service), TERM: 'xterm', SHELL: '/bin/sh' };
    const { code, out } = await start('script', ['-qec', line, '/dev/null'], { env }).done;
    expect(code).toBe(0);
    expect(out).toBe(`\u001b]52;c;${Buffer.from(TOKEN).toString('base64')}\u001b\\`);
    expect(readFileSync(path, 'utf8')).toContain('but the terminal may ignore the request.');
  });
});
