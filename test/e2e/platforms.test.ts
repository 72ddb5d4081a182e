import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BINARY, start } from './support/run-binary';

let base: string;
/**
 * Path of a module that is loaded before the program. It makes the program and its packages believe that they run on another
 * system.
 */
let platformModule: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'vstoken-platforms-'));
  platformModule = join(base, 'platform.cjs');
  // On Windows, `process.geteuid` does not exist, so the program cannot check who owns a file.
  const program = `
    Object.defineProperty(process, 'platform', { value: process.env.FAKE_PLATFORM });
    if (process.env.FAKE_PLATFORM === 'win32') process.geteuid = undefined;`;
  writeFileSync(platformModule, program);
});
afterAll(() => rmSync(base, { recursive: true }));

interface Stage {
  readonly platform: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

function runAs({ platform, env = {}, stdin }: Stage, ...args: readonly string[]) {
  return start(process.execPath, ['--require', platformModule, BINARY, ...args], {
    env: { FAKE_PLATFORM: platform, ...env },
    ...(stdin === undefined ? {} : { stdin }),
  }).done;
}

describe('on Windows', () => {
  it("settings are in the system's usual folder", async () => {
    const env = { APPDATA: join(base, 'Roaming') };
    const { out, code } = await runAs({ platform: 'win32', env }, 'config', 'path');
    expect({ out, code }).toEqual({ out: `${base}/Roaming\\vstoken/config.json\n`, code: 0 });
  });

  it('keys are stored although files have no owner or mode', async () => {
    const folder = join(base, 'settings');
    mkdirSync(folder);
    const env = { VOCALSTACK_CONFIG_DIR: folder };
    const login = ['login', '--with-key', '--store', 'plaintext', '--no-verify'];
    const stage = { platform: 'win32', env };
    const key = 'vs-windows-4a7d1ed414474e4033ac29ccb8653d9b';
    expect(await runAs({ ...stage, stdin: key }, ...login)).toMatchObject({ code: 0 });
    // On Windows, vstoken ignores this file mode.
    chmodSync(join(folder, 'config.json'), 0o666);
    const status = await runAs(stage, 'status', '--json');
    expect(status).toMatchObject({ code: 0 });
    expect(JSON.parse(status.out)).toMatchObject({ store: 'plaintext' });
    // On Linux, the same file mode is an error.
    expect(await runAs({ ...stage, platform: 'linux' }, 'status')).toMatchObject({ code: 3 });
  });

  it('exec runs the scripts of npm packages through the shell, with unchanged arguments', async () => {
    const tools = join(base, 'tools');
    mkdirSync(tools);
    writeFileSync(join(tools, 'tool.cmd'), '@echo off');
    const shell = join(base, 'cmd.exe');
    const seen = join(base, 'seen');
    writeFileSync(shell, `#!/bin/sh\nprintf '%s\\n' "$@" >'${seen}'\nexit 7\n`);
    chmodSync(shell, 0o755);
    const env = { PATH: tools, PATHEXT: '.cmd', comspec: shell, APPDATA: base };
    const words = ['say "hi" & calc', '%PATH%'];
    const stage = { platform: 'win32', env: { ...env, VOCALSTACK_CONFIG_DIR: join(base, 'none') } };
    const { code } = await runAs(stage, 'exec', '--sandbox', '--', 'tool', ...words);
    expect(code).toBe(7);
    const [d, s, c, line = ''] = readFileSync(seen, 'utf8').split('\n');
    expect([d, s, c]).toEqual(['/d', '/s', '/c']);
    expect(line.toLowerCase()).toMatch(/^".*tool(\.cmd)? /);
    // Characters that are special to cmd.exe are escaped.
    expect(line).toContain('^&');
    expect(line).toContain('^%PATH^%');
  });

  it('exec reports a command that does not exist as not found', async () => {
    const env = { PATHEXT: '.cmd', VOCALSTACK_CONFIG_DIR: join(base, 'none') };
    const result = await runAs(
      { platform: 'win32', env },
      'exec',
      '--sandbox',
      '--',
      'no-such-tool',
    );
    expect(result).toMatchObject({ code: 127 });
  });
});

describe('on macOS', () => {
  it("settings are in the system's usual folder", async () => {
    const env = { HOME: join(base, 'ada') };
    const { out, code } = await runAs({ platform: 'darwin', env }, 'config', 'path');
    const folder = `${base}/ada/Library/Application Support/vstoken`;
    expect({ out, code }).toEqual({ out: `${folder}/config.json\n`, code: 0 });
  });
});
