import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CliError } from '../../src/core/errors';
import { formatToken } from '../../src/core/quote';
import { needs } from '../support/needs';
import { fc } from '../support/properties';

const VISIBLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join('');

const samples = fc.sample(
  fc.string({ unit: fc.constantFrom(...VISIBLE), minLength: 1, maxLength: 60 }),
  { numRuns: 300, seed: 7 },
);
const tokens = [
  VISIBLE,
  ...VISIBLE,
  '-n',
  '-e',
  '\\n',
  "'",
  "''",
  '$(x)',
  '`x`',
  '!!',
  '%PATH%',
  '#x',
  ...samples,
];

const folder = mkdtempSync(join(tmpdir(), 'vstoken-quote-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NO_SETTINGS: Readonly<Record<string, readonly string[]>> = {
  zsh: ['-f'],
  fish: ['--no-config'],
};

function runShell(shell: string, script: string): string {
  const path = join(folder, `script.${shell}`);
  writeFileSync(path, script);
  const { stdout, status, error } = spawnSync(shell, [...(NO_SETTINGS[shell] ?? []), path], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder },
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  expect(status).toBe(0);
  return stdout;
}

function dotenvLines(): { token: string; name: string; line: string }[] {
  return tokens
    .filter((token) => !token.includes("'"))
    .map((token, index) => ({
      token,
      name: `T${index}`,
      line: formatToken(token, 'dotenv', `T${index}`),
    }));
}

describe('S31 every token of visible ASCII is unchanged', () => {
  it.each(['bash', 'dash', 'zsh'])(
    'in the format env, read by %s',
    needs('dash', 'zsh'),
    (shell) => {
      const script = tokens
        .map((token) => `${formatToken(token, 'env', 'T')}printf '%s\\n' "$T"\n`)
        .join('');
      expect(runShell(shell, script)).toBe(tokens.map((token) => `${token}\n`).join(''));
    },
  );

  it('in the format dotenv, read by node --env-file', () => {
    const lines = dotenvLines();
    const path = join(folder, '.env');
    writeFileSync(path, lines.map(({ line }) => line).join(''));
    const { stdout } = spawnSync(
      process.execPath,
      [`--env-file=${path}`, '-e', 'process.stdout.write(JSON.stringify(process.env))'],
      { encoding: 'utf8', env: {}, maxBuffer: 1 << 26 },
    );
    const read = JSON.parse(stdout);
    for (const { token, name } of lines) expect(read[name]).toBe(token);
  });

  it('in the format dotenv, sourced by a shell, which runs no part of it', needs('bash'), () => {
    const lines = dotenvLines();
    const script = lines.map(({ line, name }) => `${line}printf '%s\\n' "$${name}"\n`).join('');
    expect(runShell('bash', script)).toBe(lines.map(({ token }) => `${token}\n`).join(''));
  });

  it('in the format fish, read by fish', needs('fish'), () => {
    const script = tokens
      .map((token) => `${formatToken(token, 'fish', 'T')}printf '%s\\n' $T\n`)
      .join('');
    expect(runShell('fish', script)).toBe(tokens.map((token) => `${token}\n`).join(''));
  });

  it('in the format powershell, by the rules of PowerShell for single quotes', () => {
    for (const token of tokens) {
      const line = formatToken(token, 'powershell', 'T');
      const [, quoted = ''] = /^\$env:T = '((?:[^']|'')*)'\n$/.exec(line) ?? [];
      expect(quoted.replaceAll("''", "'")).toBe(token);
    }
  });

  it('in the format cmd, by the rules of cmd, or is rejected', () => {
    for (const token of tokens) {
      if (/[%!"]/.test(token)) {
        expect(() => formatToken(token, 'cmd', 'T')).toThrow(CliError);
      } else {
        expect(formatToken(token, 'cmd', 'T')).toBe(`set "T=${token}"\n`);
      }
    }
  });

  it('in the formats header and text', () => {
    for (const token of tokens) {
      expect(formatToken(token, 'header', 'T')).toBe(`Authorization: Bearer ${token}\n`);
      expect(formatToken(token, 'text', 'T')).toBe(`${token}\n`);
    }
  });

  it('in the format dotenv, which rejects single quotes because no form is safe everywhere', () => {
    expect(() => formatToken("it's", 'dotenv', 'T')).toThrow(CliError);
  });
});
