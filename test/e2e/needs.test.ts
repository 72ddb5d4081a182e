import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, start } from './support/run-binary';

/** Folder of a project with four tests. One test needs nothing, two tests need a program, and one test needs a privilege. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstoken-needs-'));
  mkdirSync(join(folder, 'test'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const support = join(ROOT, 'test/support');
  writeFileSync(
    join(folder, 'test/one.test.ts'),
    `import { describe, it } from 'vitest';
    import { needs } from ${JSON.stringify(join(support, 'needs'))};
    it('needs nothing', () => {});
    it('needs a shell', needs('zsh'), () => {});
    it('needs a privilege', needs('mounts'), () => {});
    describe('a group', needs('chromium'), () => {
      it('has a test', () => {});
    });`,
  );
  writeFileSync(
    join(folder, 'vitest.config.mts'),
    `export default {
      test: {
        setupFiles: [${JSON.stringify(join(support, 'each-file.ts'))}],
        tags: ['chromium', 'zsh', 'mounts', 'program'].map((name) => ({ name })),
        reporters: ['default', ${JSON.stringify(join(support, 'skipped-reporter.ts'))}],
      },
    };`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the project's tests with a PATH that contains no program. */
async function runTests(env: Record<string, string>, args: readonly string[] = [], root = folder) {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { code, out, err } = await start(
    process.execPath,
    [vitest, 'run', '--root', root, ...args],
    {
      env: { PATH: folder, NO_COLOR: '1', ...env },
    },
  ).done;
  return { code, text: out + err };
}

describe('a test whose program is missing', () => {
  it('is skipped, and the run ends with the command that installs the program, also with CI=1', async () => {
    const { code, text } = await runTests({ CI: '1' });
    expect(code).toBe(0);
    expect(text).toContain('1 passed | 3 skipped');
    expect(text).toContain(`
Skipped: 2 tests. These programs are missing: chromium, zsh.
To install them: apt-get install -y --no-install-recommends chromium fonts-dejavu-core zsh
Skipped: 1 test. This process lacks: mount namespaces.
`);
  });

  it('is not mentioned if only some tests are run', async () => {
    const { code, text } = await runTests({}, ['-t', 'nothing']);
    expect(code).toBe(0);
    expect(text).not.toContain('Skipped:');
  });

  it('fails with VSTOKEN_TESTS=all, with the same message', async () => {
    const { code, text } = await runTests({ VSTOKEN_TESTS: 'all' });
    expect(code).toBe(1);
    expect(text).toContain('2 failed | 1 passed | 1 skipped');
    expect(text).toContain('zsh is missing: apt-get install -y --no-install-recommends zsh');
    expect(text).not.toContain('These programs');
    expect(text).toContain('Skipped: 1 test. This process lacks: mount namespaces.');
  });
});

describe('a test that fails once', () => {
  it('is listed if it passed at the second attempt', async () => {
    const own = join(folder, 'once');
    mkdirSync(own);
    writeFileSync(
      join(own, 'once.test.ts'),
      `import { it } from 'vitest';
      let attempts = 0;
      it('fails once', () => { attempts += 1; if (attempts === 1) throw new Error('first'); });`,
    );
    const reporter = join(ROOT, 'test/support/retried-reporter.ts');
    const { code, text } = await runTests({}, ['--retry', '1', '--reporter', reporter], own);
    expect(text).toContain('Passed at the second attempt only: once.test.ts fails once\n');
    expect(code).toBe(0);
  });
});
