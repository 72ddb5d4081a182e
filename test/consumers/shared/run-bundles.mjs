// Runs each file of bundles/ in an empty folder.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const files = readdirSync('bundles');
assert.ok(files.length > 0, 'nothing was built');
for (const name of files) {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  const file = join(folder, name);
  copyFileSync(join('bundles', name), file);
  // A deprecation warning of Node.js is a failure, too.
  const args = ['--throw-deprecation', file];
  const options = { cwd: folder, encoding: 'utf8', timeout: 60_000 };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  const out = 'A token is brief 200 true key_refused true\n';
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: out, stderr: '' }, name);
  rmSync(folder, { recursive: true });
}
