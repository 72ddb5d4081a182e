// Packs the output of build.mjs into binary/vstoken-VERSION-SYSTEM.tar.gz.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const system = `${process.platform}-${process.arch}`;
const name = `vstoken-${version}-${system}.tar.gz`;
// The name is relative because tar on Windows reads a path with a colon (`C:`) as the name of another machine.
execFileSync('tar', ['-czf', name, system], { cwd: join(ROOT, 'binary'), stdio: 'inherit' });
process.stdout.write(`${join(ROOT, 'binary', name)}\n`);
