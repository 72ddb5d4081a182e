import { closeSync, openSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { newConfigDir } from '../support/stored';
import { loadedBy, originsOfCode } from './support/loaded';
import { envFor, ROOT } from './support/run-binary';

let sandbox: RunningSandbox;
let origins: ReadonlyMap<string, readonly string[]>;
beforeAll(async () => {
  sandbox = await startSandbox();
  origins = await originsOfCode();
});
afterAll(() => sandbox.close());

/** Modules of Node.js that take long to load. */
const COSTLY = /^(crypto|internal\/crypto\/.*|tls|tty|zlib|child_process|readline|perf_hooks|v8)$/;

describe('the code that the built program loads', () => {
  const load = async (line: string, CI: string, output?: number) => {
    const env = { ...envFor(sandbox), VOCALSTACK_CONFIG_DIR: newConfigDir(), CI };
    const outputs = output === undefined ? {} : { stdout: output, stderr: output };
    const { files, chunks, builtins } = await loadedBy(line.split(' '), { env, ...outputs });
    const code = files.map((path) => relative(join(ROOT, 'dist'), path).replaceAll('\\', '/'));
    expect(code.filter((path) => !origins.has(path))).toEqual([]);
    return {
      chunks: [...chunks].sort(),
      folders: [...new Set(code.flatMap((path) => origins.get(path) ?? []))].sort(),
      costly: builtins.filter((name) => COSTLY.test(name)),
      sends: builtins.includes('http'),
    };
  };

  /** The folders of `src` whose code every run loads. */
  const PROGRAM = ['api', 'cli', 'core', 'network', 'system', 'terminal'];
  const MINT = [...PROGRAM, 'commands', 'commands/mint', 'credentials', 'store', '@noble/hashes'];
  const COMMAND = ['base', 'cli', 'rolldown-runtime'];

  it.each<[string, string, readonly string[], readonly string[]]>([
    ['--version', '', PROGRAM, ['base', 'rolldown-runtime']],
    ['--help', '', [...MINT, 'commands/help'], [...COMMAND, 'help']],
    ['mint --help', '', [...MINT, 'commands/help'], [...COMMAND, 'help']],
    ['mint', '1', MINT, COMMAND],
    ['mint', '', MINT, COMMAND],
    ['mint --access readwrite', '1', [...MINT, 'commander'], [...COMMAND, 'parser']],
    [
      'explain',
      '',
      [...MINT, 'commands/explain'],
      [...COMMAND, 'core', 'explain', 'error-codes', 'terminal'],
    ],
    [
      'test --mode read',
      '1',
      [...MINT, 'commander', 'commands/test', 'reports'],
      [...COMMAND, 'core', 'parser', 'test', 'files', 'create-withhold'],
    ],
  ])('is only what vstoken %s needs (CI=%s)', async (line, CI, folders, chunks) => {
    const sends = /^(mint|test)/.test(line) && !line.includes('--help');
    const wanted = { folders: [...folders].sort(), chunks: [...chunks].sort(), costly: [], sends };
    expect(await load(line, CI)).toEqual(wanted);
  });

  it('contains no package that the program does not use', () => {
    const packages = [...origins.values()].flat();
    expect(packages).toContain('conf');
    for (const name of ['ajv', 'ajv-formats', 'semver', 'when-exit'])
      expect(packages).not.toContain(name);
  });

  it('contains no slow module of Node.js if all outputs are discarded', async () => {
    const nothing = openSync('/dev/null', 'w');
    try {
      expect((await load('mint', '', nothing)).costly).toEqual([]);
    } finally {
      closeSync(nothing);
    }
  });
});
