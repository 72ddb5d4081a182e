import { closeSync, openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { newConfigDir } from '../support/stored';
import { loadedBy } from './support/loaded';
import { envFor } from './support/run-binary';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** Modules of Node.js that take long to load. */
const COSTLY = /^(crypto|internal\/crypto\/.*|tls|tty|zlib|child_process|readline|perf_hooks|v8)$/;

describe('the built program loads what it takes', () => {
  const COMMAND = ['base', 'command-line'];
  const load = async (line: string, CI: string, output?: number) => {
    const env = { ...envFor(sandbox), VOCALSTACK_CONFIG_DIR: newConfigDir(), CI };
    const outputs = output === undefined ? {} : { stdout: output, stderr: output };
    const { chunks, builtins } = await loadedBy(line.split(' '), { env, ...outputs });
    return {
      chunks: [...chunks].sort(),
      costly: builtins.filter((name) => COSTLY.test(name)),
      sends: builtins.includes('http'),
    };
  };

  it.each<[string, string, readonly string[]]>([
    ['--version', '', ['base']],
    ['--help', '', [...COMMAND, 'parser']],
    ['mint --help', '', [...COMMAND, 'parser', 'error-codes']],
    ['mint', '1', COMMAND],
    ['mint', '', [...COMMAND, 'ledger']],
    ['mint --access readwrite', '1', [...COMMAND, 'parser']],
    ['explain', '', [...COMMAND, 'explain', 'error-codes']],
    ['test --mode read', '1', [...COMMAND, 'parser', 'test']],
  ])('and no more for vstoken %s (CI=%s)', async (line, CI, wanted) => {
    const sends = /^(mint|test)/.test(line) && !line.includes('--help');
    expect(await load(line, CI)).toEqual({ chunks: [...wanted].sort(), costly: [], sends });
  });

  it('and no more where all outputs are thrown away, as a script does', async () => {
    const nothing = openSync('/dev/null', 'w');
    try {
      expect((await load('mint', '', nothing)).costly).toEqual([]);
    } finally {
      closeSync(nothing);
    }
  });
});
