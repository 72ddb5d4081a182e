import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, start } from './support/run-binary';

/** Folder of a project with one test, and with two documents whose tables are generated from the results of the test. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstoken-tables-'));
  mkdirSync(join(folder, '.github'));
  mkdirSync(join(folder, 'docs'));
  mkdirSync(join(folder, 'test'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const marked = (name: string) => `before\n<!-- ${name}: begin -->\n<!-- ${name}: end -->\nafter\n`;

function makeProject(more = '') {
  write('docs/network.md', marked('survived'));
  write('.github/SECURITY.md', marked('requirements'));
  write(
    'test/one.test.ts',
    `import { it } from 'vitest';
    it('S1 survives', ({ task }) => {
      task.meta.rows = { survived: [['a | reset', 'at once', 'connection_reset', '6']] };
    });
    ${more}`,
  );
}

async function runTests(args: readonly string[] = [], env: Record<string, string> = {}) {
  const reporter = join(ROOT, 'test/support/tables-reporter.ts');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const line = [vitest, 'run', '--root', folder, '--reporter', reporter, ...args];
  const { code, out, err } = await start(process.execPath, line, { env }).done;
  return { code, text: out + err };
}

describe('the tables generated from test results', () => {
  it('are compared with the results, or updated with VSTOKEN_TABLES=write', async () => {
    makeProject();
    const stale = await runTests();
    expect(stale.code).toBe(1);
    expect(stale.text).toContain(
      'The table "survived" in docs/network.md is not what the tests found.',
    );
    expect(stale.text).toContain('The table "requirements" in .github/SECURITY.md is not what');
    expect(read('docs/network.md')).toBe(marked('survived'));

    expect((await runTests([], { VSTOKEN_TABLES: 'write' })).code).toBe(0);
    expect(read('docs/network.md')).toContain('| a \\| reset | at once | `connection_reset` | 6 |');
    expect(read('.github/SECURITY.md')).toMatch(/^\| S1 \| .* \| `test\/one\.test\.ts` \|$/m);
    expect(read('.github/SECURITY.md')).toMatch(/^\| S2 \| .* \| nothing \|$/m);
    expect(await runTests()).toMatchObject({ code: 0 });
  });

  it('are not compared after a run of some of the tests', async () => {
    makeProject();
    expect(await runTests(['-t', 'survives'])).toMatchObject({ code: 0 });
    expect(read('docs/network.md')).toBe(marked('survived'));
  });

  it("are compared although tests were skipped, if only the tests' names matter", async () => {
    makeProject("it('S2 is skipped', { skip: true }, () => {});");
    const stale = await runTests();
    expect(stale.code).toBe(1);
    expect(stale.text).toContain('The table "requirements" in .github/SECURITY.md is not what');
    expect(stale.text).not.toContain('docs/network.md');

    expect((await runTests([], { VSTOKEN_TABLES: 'write' })).code).toBe(0);
    expect(read('.github/SECURITY.md')).toMatch(/^\| S2 \| .* \| `test\/one\.test\.ts` \|$/m);
    expect(read('docs/network.md')).toBe(marked('survived'));
    expect(await runTests()).toMatchObject({ code: 0 });
  });
});
