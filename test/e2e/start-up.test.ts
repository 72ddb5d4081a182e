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

/** What takes long to load. */
const COSTLY = ['crypto', 'tls', 'tty', 'zlib', 'child_process', 'readline', 'perf_hooks', 'v8'];

describe('the built program loads what it takes', () => {
  const ALWAYS = ['base'];
  const MINT = [...ALWAYS, 'command-line', 'rolldown-runtime', 'mint', 'request'];

  it.each<[string, string, readonly string[]]>([
    ['--version', '', ALWAYS],
    ['mint', '1', MINT],
    ['mint', '', [...MINT, 'ledger']],
    ['mint --access readwrite', '1', [...MINT, 'parser']],
  ])('and no more for vstoken %s (CI=%s)', async (line, CI, wanted) => {
    const env = { ...envFor(sandbox), VOCALSTACK_CONFIG_DIR: newConfigDir(), CI };
    const { code, chunks, builtins } = await loadedBy(line.split(' '), { env });
    expect(code).toBe(0);
    expect([...chunks].sort()).toEqual([...wanted].sort());
    expect(builtins.filter((name) => COSTLY.includes(name))).toEqual([]);
  });
});
