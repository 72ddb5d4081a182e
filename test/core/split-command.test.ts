import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/core/errors';
import { programOf, splitCommand } from '../../src/core/split-command';
import { fc } from '../support/properties';

function refusalOf(text: string): CliError {
  try {
    splitCommand(text, 'It');
  } catch (error) {
    if (error instanceof CliError) return error;
  }
  throw new Error(`it was split: ${text}`);
}

/** Returns the words into which `sh` splits a text. */
function splitBySh(text: string): readonly string[] {
  const script = `set -f; set -- ${text}\nfor word in "$@"; do printf '%s\\0' "$word"; done`;
  return spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout.split('\0').slice(0, -1);
}

describe('splitting a command into words', () => {
  it.each<[string, readonly string[]]>([
    ['op read op://dev/vocalstack/key', ['op', 'read', 'op://dev/vocalstack/key']],
    ['  a   b  ', ['a', 'b']],
    [`pass 'two words' "and two"`, ['pass', 'two words', 'and two']],
    [`a '' ""`, ['a', '', '']],
    [`a b'c'"d"e`, ['a', 'bcde']],
    ['a two\\ words \\$HOME \\\\', ['a', 'two words', '$HOME', '\\']],
    [`a "x\\"y\\\\z\\w\\$"`, ['a', 'x"y\\z\\w$']],
    [
      `sh -c 'pass show x | head -1 > /dev/null'`,
      ['sh', '-c', 'pass show x | head -1 > /dev/null'],
    ],
    ['a --query=x{y}!z%^,:@+]', ['a', '--query=x{y}!z%^,:@+]']],
    ['a x~ x#', ['a', 'x~', 'x#']],
    [`'C:\\Tools\\op.exe' read`, ['C:\\Tools\\op.exe', 'read']],
    ['/usr/bin/op', ['/usr/bin/op']],
  ])('returns the correct words for %s', (text, words) => {
    expect(splitCommand(text, 'It')).toEqual(words);
  });

  it('returns the same words as sh, or rejects the text', () => {
    const piece = fc.constantFrom(
      ...'a1-/.=:@{}!%~#*?[$`|&;<>()\\\'" '.split(''),
      'bc',
      "'x y'",
      '"x y"',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = `/x ${pieces.join('')}`;
        let words: readonly string[];
        try {
          words = splitCommand(text, 'It');
        } catch {
          return;
        }
        expect({ text, words }).toEqual({ text, words: splitBySh(text) });
      }),
      { numRuns: 100 },
    );
  });

  it.each<[string, string]>([
    ...[...'|&;<>()$`*?['].map((one): [string, string] => [
      `op a${one}b`,
      `a ${one} at position 5`,
    ]),
    ['op ~/key', 'a ~ at position 4'],
    ['op #key', 'a # at position 4'],
    ['op "$KEY"', 'a $ in double quotes at position 5'],
    ['op "`id`"', 'a ` in double quotes at position 5'],
    [`op 'a b`, 'a quote at position 4'],
    ['op "a b', 'a quote at position 4'],
    ['op a\\', 'backslash'],
    ['op a\nb', 'LINE FEED (U+000A) at position 5'],
    ['op a\u200bb', 'ZERO WIDTH SPACE'],
    ['', 'no program'],
    [`'' a`, 'no program'],
    ['KEY=secret-value op', 'starts with a variable'],
    ['./get-key', 'a relative path'],
    ['bin/get-key', 'a relative path'],
    ['..\\\\get-key', 'a relative path'],
  ])('rejects a text that needs a shell or a folder: %s', (text, why) => {
    const { code, message, hint } = refusalOf(text);
    expect({ code, message }).toEqual({
      code: 'invalid_value',
      message: expect.stringContaining(why),
    });
    expect(message + hint).not.toMatch(/secret-value|get-key/);
  });

  it('returns only the program as the name of a command', () => {
    expect(programOf('op read --token secret')).toBe('op');
    expect(programOf('op | cat')).toBe(null);
  });
});
