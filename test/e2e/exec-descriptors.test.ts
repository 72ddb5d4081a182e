import { fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeContext } from '../../src/system/context.node';
import { needs } from '../support/needs';
import { configDirWith } from '../support/stored';
import { BINARY, envFor, errorIn, startShell } from './support/run-binary';
import { type Service, startService } from './support/service';

let service: Service;
let folder: string;
beforeAll(async () => {
  service = await startService();
  folder = mkdtempSync(join(tmpdir(), 'vstoken-exec-'));
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

const inShell = (shell: 'bash' | 'zsh', script: string) =>
  startShell(shell, script, { env: envFor(service) }).done;

describe('the command started by vstoken exec', needs('proc'), () => {
  it.each(['bash', 'zsh'] as const)(
    'gets the pipe of <(...) and of >(...) in %s',
    needs('bash', 'zsh'),
    async (shell) => {
      const both = 'vstoken exec -- sh -c \'cat "$1" > "$2"\' - <(echo hi) >(cat)';
      expect(await inShell(shell, both)).toEqual({ code: 0, signal: null, out: 'hi\n', err: '' });
    },
  );

  it('gets the file that flock has locked', needs('bash', 'flock'), async () => {
    const path = join(folder, 'lock');
    const script = `exec 9>'${path}'; flock 9; vstoken exec -- flock -n 9 && echo mine; flock -n '${path}' true || echo locked`;
    const { out, err } = await inShell('bash', script);
    expect({ out, err }).toEqual({ out: 'mine\nlocked\n', err: '' });
  });

  it('gets the jobserver of make', needs('bash', 'make'), async () => {
    const path = join(folder, 'Makefile');
    const inner = 'inner: one two\none two: ; @echo $@\n';
    writeFileSync(path, `all: ; +@vstoken exec -- $(MAKE) -f '${path}' inner\n${inner}`);
    const { code, out, err } = await inShell('bash', `make -s -j2 -f '${path}'`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.trim().split('\n').sort()).toEqual(['one', 'two']);
  });

  /**
   * Returns each file descriptor with its target. Replaces the process id in a target with `self`, because the id differs in each
   * run.
   */
  const listed = (text: string) =>
    [...text.matchAll(/(\d+) -> (.*)$/gm)].map(([, fd, target]) => [
      fd,
      target?.replace(/\/proc\/\d+\//, '/proc/self/'),
    ]);

  it.each([
    ['with a key in a variable', '', {}],
    ['with --file and -v', '--file -v', {}],
    ['with a sandbox of its own', '--sandbox', {}],
    ['with a stored key and a ledger', '', null],
  ])(
    'S19 gets only the descriptors that vstoken was started with, and none that vstoken has opened, %s',
    needs('bash'),
    async (_, options, variables) => {
      const { port } = new URL(service.url);
      const opened = `exec 4<'/dev/null' 7>'${join(folder, 'out')}' 8<>/dev/tcp/127.0.0.1/${port} 13< <(:) 14<<<text`;
      const list = 'ls -l /proc/self/fd';
      const stored = { VOCALSTACK_CONFIG_DIR: configDirWith(service) };
      const { code, out, err } = await startShell(
        'bash',
        `${opened}; ${list}; echo AFTER; vstoken exec ${options} -- ${list}`,
        { env: variables ? envFor(service) : { ...stored, VOCALSTACK_API_SERVER: service.url } },
      ).done;
      expect({ code, err: err.replace(/^\* .*\n/gm, '') }).toEqual({ code: 0, err: '' });
      const [before = '', after = ''] = out.split('AFTER');
      expect(listed(before).length).toBeGreaterThanOrEqual(9);
      expect(listed(after)).toEqual(listed(before));
    },
  );
});

it(
  'an argument that is not UTF-8 is rejected before a token is minted',
  needs('bash'),
  async () => {
    const before = service.counts.mints;
    const result = await inShell('bash', "vstoken exec --json -- echo CANARY $'caf\\xe9'");
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(errorIn(result)).toMatchObject({
      code: 'invalid_value',
      message: expect.stringContaining('Argument 2 of the command is not UTF-8'),
    });
    expect(result.err).not.toMatch(/CANARY|caf/);
    expect(service.counts.mints).toBe(before);
  },
);

it(
  'the IPC channel to a Node.js parent is not passed to the command',
  needs('proc', 'package'),
  async () => {
    const list = ['ls', '-l', '/proc/self/fd'];
    const child = fork(BINARY, ['exec', '--', ...list], {
      env: { PATH: process.env['PATH'], HOME: folder, ...envFor(service) },
      silent: true,
    });
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    // In vstoken, descriptor 3 is the IPC channel. In `ls`, it must be the folder that `ls` lists. This shows that `ls` has not
    // inherited the channel, because an inherited channel would occupy descriptor 3.
    expect(/ 3 -> (.*)$/m.exec(out)?.[1]).toMatch(/^\/proc\/\d+\/fd$/);
  },
);

it.each([
  ['linux', 0],
  ['darwin', 1],
  ['win32', 1],
] as const)(
  'on %s, a command that writes to an open descriptor of its parent exits with %i',
  needs('proc', 'bash'),
  async (platform, expected) => {
    const { arch, pid, execPath, versions, env, cwd, nextTick } = process;
    const argv = [execPath, BINARY, 'exec', '--', 'true'];
    const node = { platform, arch, pid, execPath, versions, env, cwd, nextTick, argv };
    const file = openSync(join(folder, 'written'), 'w');
    try {
      const context = createNodeContext(Object.assign(new EventEmitter(), node) as never);
      const args = ['-c', `exec 2>/dev/null; echo hi >&${file}`];
      expect(await context.runProgram({ command: 'bash', args, env })).toBe(expected);
    } finally {
      closeSync(file);
    }
  },
);
