import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const { status, stdout, stderr } = spawnSync('next', ['build'], { encoding: 'utf8' });
const output = stdout + stderr;
assert.equal(status, 0, output);
assert.match(output, /\/token/);
// The output must not contain a warning about the package. The pattern matches parts of such warnings.
assert.doesNotMatch(output, /vocalstack-token|Node\.js (API|module)|Critical dependency/i);
