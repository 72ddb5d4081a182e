import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configDirEncrypted } from '../support/encrypted-profile';
import { needs } from '../support/needs';
import { configDirWith } from '../support/stored';
import { type Canary, findCanaries } from './support/canary';
import { leaksOf } from './support/encodings';
import { runPrompted } from './support/prompt';
import { envFor, errorIn, pathWithBinary, runBinary, start } from './support/run-binary';
import { type Service, startService } from './support/service';
import { plainLines, runInTerminal } from './support/terminal';

const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';
const TOKEN = 'CanaryToken~Rw8"w+&%3D\\4/x=fin';
const PASSPHRASE = 'Canary passphrase/7+8&%41=z"Qw';
const NODE = process.execPath;

let service: Service;
let folder: string;
beforeAll(async () => {
  service = await startService({ token: TOKEN });
  folder = mkdtempSync(join(tmpdir(), 'vstoken-exec-'));
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

function program(name: string, code: string): string {
  const path = join(folder, `${name}.cjs`);
  writeFileSync(path, code);
  return path;
}

/** Source of a program that prints its initial environment and its arguments, as /proc shows them to other processes. */
const SHOW = `
  const { readFileSync } = require('node:fs');
  process.stdout.write(readFileSync('/proc/self/environ') + '\\n' + readFileSync('/proc/self/cmdline'));`;

describe('S19 S26 the command started by exec', needs('proc'), () => {
  const keyFile = () => {
    writeFileSync(join(folder, 'key'), KEY);
    return join(folder, 'key');
  };
  it.each([
    ['in a variable', () => ({ VOCALSTACK_API_KEY: KEY })],
    ['in a file', () => ({ VOCALSTACK_API_KEY_FILE: keyFile() })],
    [
      'in the store',
      () => ({ VOCALSTACK_CONFIG_DIR: configDirWith({ url: service.url, apiKey: KEY }) }),
    ],
  ])('sees no key that is %s, in any encoding', async (_, variables) => {
    const env = {
      VOCALSTACK_API_SERVER: service.url,
      VOCALSTACK_PASSPHRASE: PASSPHRASE,
      VOCALSTACK_PASSPHRASE_FILE: '/run/secrets/passphrase',
      ...variables(),
    };
    for (const options of [[], ['--file'], ['--name', 'OTHER', '-v']]) {
      const line = ['exec', ...options, '--', NODE, program('show', SHOW)];
      const result = await runBinary(line, { env });
      expect(result.code).toBe(0);
      const canaries: readonly Canary[] = [
        { name: 'key', secret: KEY },
        { name: 'passphrase', secret: PASSPHRASE },
        { name: 'token', secret: TOKEN, mayBeIn: options.includes('--file') ? [] : ['out'] },
      ];
      expect(findCanaries(result, [], canaries)).toEqual([]);
      const gone = ['VOCALSTACK_API_KEY', 'VOCALSTACK_PASSPHRASE', '/run/secrets', keyFile()];
      for (const text of gone) expect(result.out).not.toContain(text);
      expect(leaksOf(TOKEN, result.out).includes('raw')).toBe(!options.includes('--file'));
    }
  });

  it('gets its arguments unchanged, since no shell is involved', async () => {
    const args = ['a b', '', '$(touch x)', ';', '*', '~', 'a\nb', "'", '"', '\\', '%PATH%', '--'];
    const code = 'console.log(JSON.stringify(process.argv.slice(2)))';
    const line = ['exec', '--', NODE, program('args', code), ...args];
    const { out } = await runBinary(line, { env: envFor(service) });
    expect(JSON.parse(out)).toEqual(args);
  });

  it('is found by name on PATH, and by its path', async () => {
    const bin = mkdtempSync(join(folder, 'bin-'));
    writeFileSync(join(bin, 'hello'), '#!/bin/sh\necho hello\n', { mode: 0o755 });
    const env = { ...envFor(service), PATH: bin };
    for (const name of ['hello', join(bin, 'hello')]) {
      const result = await runBinary(['exec', '--', name], { env });
      expect(result).toMatchObject({ code: 0, out: 'hello\n', err: '' });
    }
    const away = await runBinary(['exec', '--json', '--', 'hello'], { env: envFor(service) });
    expect(away.code).toBe(127);
    expect(errorIn(away).code).toBe('command_not_found');
  });

  it('can be another vstoken exec, which has its own key', async () => {
    const configDir = configDirWith({ url: service.url, apiKey: service.apiKey });
    const env = { PATH: pathWithBinary(), VOCALSTACK_CONFIG_DIR: configDir };
    const inner = ['vstoken', 'exec', '--name', 'INNER', '--', 'sh', '-c'];
    const script = 'printf "%s %s" "$OUTER" "$INNER"; exit 7';
    const line = ['exec', '--name', 'OUTER', '--', ...inner, script];
    const result = await runBinary(line, { env });
    expect(result).toMatchObject({ code: 7, out: `${TOKEN} ${TOKEN}`, err: '' });
  });

  it('has a sandbox that runs until the command ends', async () => {
    const use = 'vstoken test --use-token --mode connect --json && echo "$VOCALSTACK_API_SERVER"';
    const line = ['exec', '--sandbox', '--access', 'readwrite', '--', 'sh', '-c', use];
    const { code, out, err } = await runBinary(line, { env: { PATH: pathWithBinary() } });
    expect({ code, err }).toMatchObject({ code: 0 });
    const [document = '', url = ''] = out.trim().split('\n');
    expect(JSON.parse(document)).toMatchObject({ ok: true, mode: 'connect', api_server: url });
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('the standard streams of exec', () => {
  it('are passed to the command, byte by byte', async () => {
    const path = join(folder, 'bytes');
    const bytes = Buffer.from(Array.from({ length: 2 ** 21 }, (_, index) => (index * 31) % 256));
    writeFileSync(path, bytes);
    const script = `'${NODE}' '${join(import.meta.dirname, '../../bin/vstoken.js')}' exec -- cat < '${path}' | cmp - '${path}'`;
    const { code, err } = await start('sh', ['-c', script], { env: envFor(service) }).done;
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('deliver piped input, however late it arrives', async () => {
    const line = ['exec', '--json', '--', 'cat'];
    const result = await runBinary(line, { env: envFor(service), stdin: 'one\ntwo' });
    expect(result).toMatchObject({ code: 0, out: 'one\ntwo', err: '' });
  });

  it('are blocking, as many programs expect', async () => {
    // The output is larger than the buffer of a pipe. If the pipe were non-blocking, the output would be cut off.
    const script = `head -c 3000000 /dev/zero | tr '\\0' x >&2`;
    const line = ['exec', '-v', '--', 'sh', '-c', script];
    const { code, err } = await runBinary(line, { env: envFor(service) });
    expect({ code, length: err.replace(/^\* .*\n/gm, '').length }).toEqual({
      code: 0,
      length: 3_000_000,
    });
  });

  it('are a terminal if the streams of vstoken are a terminal', needs('script'), async () => {
    const code = 'console.log(process.stdin.isTTY, process.stdout.isTTY, process.stdout.columns)';
    const line = ['exec', '--', NODE, program('tty', code)];
    const { code: exit, screen } = await runPrompted(line, [], envFor(service), 53);
    expect({ exit, lines: plainLines(screen).slice(1, 2) }).toEqual({
      exit: 0,
      lines: ['true true 53'],
    });
    const file = await runInTerminal(line, 'file', { env: envFor(service) });
    expect(file.out).toBe('true undefined undefined\n');
  });

  it('can be used by the command after vstoken has prompted', async () => {
    const env = {
      VOCALSTACK_CONFIG_DIR: configDirEncrypted({ url: service.url, apiKey: KEY }, PASSPHRASE),
      VOCALSTACK_API_SERVER: service.url,
    };
    const line = [
      'exec',
      '--',
      'sh',
      '-c',
      'stty -a | grep -o " icanon\\| echo "; read line; echo "got $line"; exit 5',
    ];
    const { code, screen } = await runPrompted(
      line.map((word) => word.replaceAll("'", '')),
      [
        [/Passphrase/, `${PASSPHRASE}\r`],
        [/icanon[\s\S]*echo/, 'a line\r'],
      ],
      env,
    );
    expect(screen).toContain('got a line');
    expect(code).toBe(5);
  });
});

describe('the token file of exec --file', () => {
  const STAT = `
    const { lstatSync, readFileSync } = require('node:fs');
    const { dirname } = require('node:path');
    const path = process.env.VOCALSTACK_AUTH_TOKEN_FILE;
    const modes = [path, dirname(path)].map((each) => (lstatSync(each).mode & 0o777).toString(8));
    console.log(JSON.stringify({ path, modes, token: readFileSync(path, 'utf8'), env: process.env.VOCALSTACK_AUTH_TOKEN ?? null }));`;

  it.each(['000', '022', '077'])(
    'has mode 0600 in a folder with mode 0700, under umask %s',
    async (umask) => {
      const binary = join(import.meta.dirname, '../../bin/vstoken.js');
      const script = `umask ${umask}; exec '${NODE}' '${binary}' exec --file -- '${NODE}' '${program('stat', STAT)}'`;
      const { out } = await start('sh', ['-c', script], { env: envFor(service) }).done;
      expect(JSON.parse(out)).toMatchObject({ modes: ['600', '700'], token: TOKEN, env: null });
    },
  );

  it('has an absolute path, whatever TMPDIR is', async () => {
    const cwd = mkdtempSync(join(folder, 'work-'));
    const line = ['exec', '--file', '--', 'sh', '-c', 'cd /; cat "$VOCALSTACK_AUTH_TOKEN_FILE"'];
    const env = { ...envFor(service), TMPDIR: '.' };
    expect(await runBinary(line, { env, cwd })).toMatchObject({ code: 0, out: TOKEN });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([
    ['fails', 'exit 3', 3],
    ['is killed', 'kill -9 $$', 137],
    ['has removed the folder', 'rm -r "$(dirname "$VOCALSTACK_AUTH_TOKEN_FILE")"', 0],
    ['has made the folder unreadable', 'chmod 0 "$(dirname "$VOCALSTACK_AUTH_TOKEN_FILE")"', 0],
    ['has created another file in the folder', 'touch "$VOCALSTACK_AUTH_TOKEN_FILE.more"', 0],
  ])('is gone at the end if the command %s', async (_, script, exit) => {
    // `runBinary` checks after the run that no file is left in TMPDIR.
    const line = ['exec', '--file', '--', 'sh', '-c', script];
    const result = await runBinary(line, { env: envFor(service) });
    expect(result).toMatchObject({ code: exit, err: '' });
  });

  it('keeps the command from starting if it cannot be written', async () => {
    const env = { ...envFor(service), TMPDIR: '/proc/nowhere' };
    const result = await runBinary(['exec', '--json', '--file', '--', 'echo', 'ran'], { env });
    expect(result).toMatchObject({ code: 3, out: '' });
    expect(errorIn(result).code).toBe('output_unwritable');
  });
});
