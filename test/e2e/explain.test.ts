import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEYCHAIN_CAUSES } from '../../src/core/distribution';
import { ERROR_CODES } from '../../src/core/error-codes';
import { explainCode } from '../../src/core/explanations/index';
import { needs } from '../support/needs';
import { loadedBy } from './support/loaded';
import { ROOT, runBinary, start } from './support/run-binary';
import { plainLines, runInTerminal } from './support/terminal';

const REFERENCE = join(ROOT, 'docs/reference.md');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstoken-explain-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the tables of docs/reference.md', () => {
  const writeTables = (path: string) =>
    start(process.execPath, [join(ROOT, 'assets/readme.mjs'), path]).done;

  it('are up to date with the program (if not: npm run readme)', async () => {
    const copy = join(folder, 'reference.md');
    copyFileSync(REFERENCE, copy);
    expect(await writeTables(copy)).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(REFERENCE, 'utf8')).toBe(readFileSync(copy, 'utf8'));
  });

  it('are updated wherever they differ from the program', async () => {
    const copy = join(folder, 'stale.md');
    const text = readFileSync(REFERENCE, 'utf8');
    const stale = text
      .replace(/^\| 4 \| not authenticated.*\n/m, '')
      .replace(/^\| 4 \| `token_spent` \|.*$/m, '| 5 | `token_spent` | something else |')
      .replace(/(?<=<!-- errors: begin -->\n)/, '| 9 | `no_such_code` | |\n');
    expect(stale).not.toBe(text);
    writeFileSync(copy, stale);
    await writeTables(copy);
    expect(readFileSync(copy, 'utf8')).toBe(text);
  });

  it('list every code', () => {
    const [, table = ''] =
      /<!-- errors: begin -->([\s\S]*)<!-- errors: end -->/.exec(readFileSync(REFERENCE, 'utf8')) ??
      [];
    const rows = table.match(/^\| \d+ \| `\w+` \| \S.* \|$/gm) ?? [];
    expect(rows).toHaveLength(ERROR_CODES.length);
  });

  it('are not written if the page has no marks for them', async () => {
    const path = join(folder, 'other.md');
    for (const text of ['nothing', '<!-- exits: begin -->\n<!-- exits: end -->\n']) {
      writeFileSync(path, text);
      expect((await writeTables(path)).code).toBe(1);
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });
});

it('the example of docs/reference.md prints the output that the page shows', async () => {
  const text = readFileSync(REFERENCE, 'utf8');
  const [, line = '', shown = ''] =
    /^```console run\n\$ vstoken (explain .*)\n([\s\S]*?)^```$/m.exec(text) ?? [];
  const { out } = await runBinary(line.split(' '));
  expect(shown.replace(/\s+/g, ' ')).toBe(out.replace(/\s+/g, ' '));
});

describe('the module with the explanations', () => {
  // The causes of the error codes. Of the built modules, only `explain-*.js` may contain these texts. Two kinds of causes are
  // left out: causes that other modules also contain, and texts with quotes, which the bundler may escape differently.
  const shared: readonly string[] = KEYCHAIN_CAUSES;
  const texts = ERROR_CODES.flatMap((code) =>
    explainCode(code).causes.filter((text) => !/['"]/.test(text) && !shared.includes(text)),
  );
  const holding = (paths: readonly string[]) =>
    paths.filter((path) => {
      const code = readFileSync(path, 'utf8');
      return texts.some((text) => code.includes(text));
    });

  it.each([['explain token_spent'], ['explain'], ['help explain']])(
    'is loaded by vstoken %s, which loads little other code',
    async (line) => {
      const { files, chunks } = await loadedBy(line.split(' '));
      expect(holding(files).map((path) => basename(path))).toEqual([
        expect.stringMatching(/^explain-/),
      ]);
      expect(chunks.filter((name) => /^(store|request|lib|server|sandbox)$/.test(name))).toEqual(
        [],
      );
    },
  );

  it.each([['--version'], ['--help'], ['mint --sandbox'], ['help mint'], ['config path']])(
    'is not loaded by vstoken %s',
    async (line) => {
      const { files } = await loadedBy(line.split(' '));
      expect(files.length).toBeGreaterThan(0);
      expect(holding(files)).toEqual([]);
    },
  );
});

describe('vstoken explain in a terminal', needs('script'), () => {
  it('prints the table, and then the next command to use', async () => {
    const { code, screen } = await runInTerminal(['explain', '5'], 'terminal');
    expect(code).toBe(0);
    const lines = plainLines(screen).filter((line) => line !== '');
    expect(lines.at(0)).toMatch(/^Exit 5: not allowed/);
    expect(lines.at(-1)).toBe('Details: vstoken explain CODE');
  });
});
