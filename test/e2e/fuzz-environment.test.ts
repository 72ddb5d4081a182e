import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ERROR_CODES, exitCodeOf } from '../../src/core/error-codes';
import { FUZZ_RUNS, fc } from '../support/properties';
import { leaksOf } from './support/encodings';
import { PROGRAM } from './support/run-binary';

const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';
const EXITS = new Set([0, ...ERROR_CODES.map(exitCodeOf)]);

/** Values for variables that name a folder. Some cannot be a folder, and some are unusual names. */
const folder = fc.constantFrom(
  '/dev/null',
  '/proc/nowhere',
  'relative',
  './a b',
  '☃',
  '-x',
  '~',
  '$HOME',
  'x'.repeat(300),
  'y/'.repeat(2000),
  'line\nfeed',
  '\u202e',
  '::add-mask::x',
  '..\\a',
  'a/../b',
);
const setting = fc.constantFrom(
  '',
  '0',
  '1',
  'true',
  'C',
  'dumb',
  '\x1b[31m',
  'x'.repeat(10_000),
  KEY,
);
const environment = fc.record(
  {
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    VOCALSTACK_CONFIG_DIR: folder,
    TMPDIR: folder,
    ...Object.fromEntries(
      [
        'TERM',
        'COLUMNS',
        'LINES',
        'NO_COLOR',
        'FORCE_COLOR',
        'CI',
        'TZ',
        'DEBUG',
        'GITHUB_ACTIONS',
      ].map((name) => [name, setting]),
    ),
  },
  { requiredKeys: ['HOME'] },
);
const line = fc.constantFrom(
  '--help',
  'status',
  'config list',
  'config path',
  'config set lifetime 20s',
  'profile list',
  'logout --all',
  'mint --sandbox',
  'test --sandbox --mode read --report junit=report.xml',
  'exec --sandbox --file -- true',
  'login --with-key --store plaintext --no-verify',
  'inspect --use-token',
  'explain timeout',
);

const [file, ...own] = PROGRAM;

function execute(words: readonly string[], env: Readonly<Record<string, string>>) {
  const cwd = mkdtempSync(join(tmpdir(), 'vstoken-fuzz-'));
  return new Promise<{ code: number | null; text: string }>((resolve) => {
    const child = spawn(file, [...own, ...words], {
      cwd,
      env: { PATH: process.env['PATH'], VOCALSTACK_API_KEY: KEY, ...env },
      timeout: 60_000,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
    }
    child.stdin.on('error', () => undefined).end('another-key');
    child.on('close', (code) => {
      rmSync(cwd, { recursive: true, force: true });
      resolve({ code, text });
    });
  });
}

it('S19 S22 the built program ends with a documented exit code in any environment', async () => {
  const property = fc.asyncProperty(line, environment, fc.boolean(), async (words, env, json) => {
    const [own = '', after = ''] = words.split(/(?= -- )/);
    const given = `${own}${json ? ' --json' : ''}${after}`.split(' ');
    const { code, text } = await execute(given, env as Readonly<Record<string, string>>);
    expect({ code, isKnown: code !== 1 && EXITS.has(code ?? -1) }).toEqual({ code, isKnown: true });
    expect(text).not.toMatch(/^ +at |[A-Z][a-z]+Error: /m);
    expect(leaksOf(KEY, text)).toEqual([]);
  });
  await fc.assert(property, { numRuns: FUZZ_RUNS / 10 });
}, 600_000);
