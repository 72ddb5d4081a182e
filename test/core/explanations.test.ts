import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_GLOBAL_OPTIONS } from '../../src/cli/globals';
import { readCommandLine } from '../../src/cli/program';
import { COMMANDS } from '../../src/commands/index';
import { ERROR_CODES } from '../../src/core/error-codes';
import { explainCode } from '../../src/core/explanations/index';
import { splitWords } from '../support/run';

const TEXTS = ERROR_CODES.flatMap((code) => {
  const { causes, fixes } = explainCode(code);
  return [...causes, ...fixes].map((text) => ({ code, text }));
});

const commandIn = (fix: string) => /: (.*)$/s.exec(fix)?.[1];

const COMMANDS_TO_RUN = ERROR_CODES.flatMap((code) =>
  explainCode(code).fixes.flatMap((fix) => commandIn(fix) ?? []),
);

/** Returns every command line of vstoken in a text. A command line ends at a character that ends a command in a shell. */
function callsIn(text: string): readonly string[] {
  return [...text.matchAll(/\bvstoken( [^|<>;)]*)/g)].map(([, words = '']) => words.trim());
}

/** Returns the long and short options of all commands. */
async function knownFlags(): Promise<ReadonlySet<string>> {
  const commands = await Promise.all(COMMANDS.map((entry) => entry.load()));
  const specs = [ALL_GLOBAL_OPTIONS, ...commands.map(({ options }) => options)];
  const flags = specs.flatMap((each) => Object.values(each).flatMap((s) => Object.keys(s.flags)));
  return new Set([...flags.flatMap((flag) => flag.split(/[ ,]+/)), '--help', '--version']);
}

function sourcesApartFromExplanations(): string {
  const folder = join(import.meta.dirname, '../../src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('core/explanations'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .join('\n');
}

describe('the explanations', () => {
  it('are sentences, and each fix ends with a command', () => {
    for (const code of ERROR_CODES) {
      const { causes, fixes } = explainCode(code);
      for (const cause of causes) expect(cause).toMatch(/^\S.*\.$/s);
      for (const fix of fixes) {
        const command = commandIn(fix);
        if (command === undefined) expect(fix).toMatch(/^\S.*\.$/s);
        else
          expect(command).toMatch(
            /^((vstoken|npm|unset|export|ls|df|rm|chmod|curl|openssl|ssh|date|docker|ulimit|ffmpeg|gnome-keyring-daemon) |https:\/\/\S+$)/,
          );
      }
      expect(new Set([...causes, ...fixes]).size).toBe(causes.length + fixes.length);
    }
    expect(COMMANDS_TO_RUN.length).toBeGreaterThan(ERROR_CODES.length);
  });

  it('contain only command lines that exist', async () => {
    const calls = TEXTS.flatMap(({ text }) => callsIn(commandIn(text) ?? ''));
    expect(calls.length).toBeGreaterThan(ERROR_CODES.length);
    for (const call of calls) {
      const request = readCommandLine(splitWords(call), '');
      const outcome = await request.then(
        () => 'read',
        (error: Error) => error.message,
      );
      expect({ call, outcome }).toEqual({ call, outcome: 'read' });
    }
  });

  it('contain only options that exist', async () => {
    const known = await knownFlags();
    const unknown = TEXTS.flatMap(({ code, text }) => {
      const command = commandIn(text);
      const ours =
        command !== undefined && !command.startsWith('vstoken')
          ? text.slice(0, -command.length)
          : text;
      // After `--` follows the command line of another program, whose options are not checked.
      return [...ours.replace(/ -- .*$/s, '').matchAll(/(?<![\w-])--?[a-z][\w-]*/g)]
        .map(([flag]) => flag)
        .filter((flag) => !known.has(flag))
        .map((flag) => `${code}: ${flag}`);
    });
    expect(unknown).toEqual([]);
  });

  it('contain only variables that the source reads', () => {
    const source = sourcesApartFromExplanations();
    const named = TEXTS.flatMap(({ text }) => text.match(/\b[A-Z]+_[A-Z_]+\b/g) ?? []);
    expect(named.length).toBeGreaterThan(20);
    const unknown = new Set(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(source)));
    expect([...unknown]).toEqual([]);
  });
});
