import { describe, expect, it } from 'vitest';
import { overLimit, parseJson } from '../../src/core/parse-json';
import { fc } from '../support/properties';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const listOf = (count: number, item: string) => `[${Array(count).fill(item).join(',')}]`;

describe('S72 a JSON text', () => {
  it('is parsed as by JSON.parse', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['64 levels', nested(64), null],
    ['65 levels', nested(65), 'deep'],
    ['65 levels of objects', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 'deep'],
    ['99 999 numbers', listOf(99_998, '1'), null],
    ['too many numbers', listOf(100_000, '1'), 'many'],
    ['too many lists', listOf(50_001, '[]'), 'many'],
    ['too many members', `{${Array(100_000).fill('"a":1').join(',')}}`, 'many'],
    ['many levels one after the other', listOf(1000, nested(60)), null],
    ['brackets in a string', JSON.stringify('['.repeat(200_000)), null],
    ['commas in a string after a quote', JSON.stringify(`"${','.repeat(200_000)}`), null],
    ['a string that ends with a backslash', `["\\\\",${nested(64)}]`, 'deep'],
  ])(
    'with %s is accepted or rejected by its depth and its number of values',
    (_, text, expected) => {
      expect(overLimit(text)).toBe(expected);
      if (expected) expect(() => parseJson(text)).toThrow('too deep, or too many values');
      else expect(() => parseJson(text)).not.toThrow();
    },
  );

  it.each(['', '{', '[1', '"', ']]]]', '{"a"'])('is rejected if it is not JSON: %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
