import { describe, expect, it } from 'vitest';
import { run } from '../support/run';

describe('vstoken version', () => {
  it('prints what --version prints', async () => {
    const { code, out, err } = await run('version');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe((await run('--version')).out);
    expect((await run('version -q')).out).toBe(out);
    expect((await run('version --version')).out).toBe(out);
  });

  it('prints a document with --json', async () => {
    const { out } = await run('--version');
    expect((await run('version --json')).json()).toEqual({ version: out.trim() });
    expect((await run('--json version')).json()).toEqual({ version: out.trim() });
  });
});
