// @module-tag program
import { constants, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PAGE_FILES } from '../../src/commands/serve/page';
import { PROGRAM, ROOT, start } from '../e2e/support/run-binary';
import { call } from '../sandbox/support';
import { needs } from '../support/needs';

it(
  'S78 the executable serves the files of the page, and no other asset',
  needs('executable'),
  async () => {
    // The executable is copied to a folder outside of the repository, so that it cannot find the repository's files.
    const folder = mkdtempSync(join(tmpdir(), 'vstoken-page-'));
    const copy = join(folder, 'vstoken');
    copyFileSync(PROGRAM[0], copy, constants.COPYFILE_FICLONE);
    const line = ['serve', '--sandbox', '--page', '--port', '0', '--json'];
    const program = start(copy, line, { env: { PATH: '/nonexistent', HOME: '/nonexistent' } });
    const { page } = JSON.parse((await program.untilOut(/^.*\n/))[0]);
    for (const [path, file] of Object.entries(PAGE_FILES)) {
      const { status, body } = await call(page, path);
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(String(body)).toBe(readFileSync(join(ROOT, file), 'utf8'));
    }
    expect((await call(page, '/settings.js')).body.toString()).toContain('IS_SERVED');
    for (const path of ['/package.json', '/assets/clip.json', '/examples/browser/app.js']) {
      expect({ path, status: (await call(page, path)).status }).toEqual({ path, status: 404 });
    }
    program.child.kill('SIGINT');
    expect((await program.done).code).toBe(130);
    rmSync(folder, { recursive: true });
  },
);
