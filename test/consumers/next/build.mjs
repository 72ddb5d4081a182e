import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const { status, stdout, stderr } = spawnSync('next', ['build'], { encoding: 'utf8' });
const output = stdout + stderr;
assert.equal(status, 0, output);
assert.match(output, /\/token/);
// Next must not print a warning about the package. Such a warning contains the name of the package or of a Node.js module.
assert.doesNotMatch(output, /vocalstack-token|Node\.js (API|module)|Critical dependency/i);
