import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const { status, stdout, stderr } = spawnSync('workerd', ['test', 'config.capnp'], {
  encoding: 'utf8',
});
const output = stdout + stderr;
assert.equal(status, 0, output);
assert.match(output, /unsupported_runtime mintToken needs Node\.js, Bun or Deno/);
assert.match(output, /unsupported_runtime startSandbox needs Node\.js, Bun or Deno/);
