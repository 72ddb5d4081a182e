import { describe, expect, it } from 'vitest';
import { parseDuration, requireTimeout } from '../../src/core/duration';
import { CliError } from '../../src/core/errors';
import { parseLifetime } from '../../src/core/lifetime';
import { MAX_LIFETIME_S, MIN_LIFETIME_S } from '../../src/core/token';
import { anyText, fc } from '../support/properties';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, '': 1000 } as const;
const DAY_MS = 24 * 3_600_000;
const unit = fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[]));
/** Texts that are similar to a duration. */
const almost = fc
  .array(
    fc.constantFrom(
      '1',
      '0',
      '9',
      's',
      'm',
      'h',
      'ms',
      '.',
      '-',
      '+',
      'e',
      ' ',
      '\n',
      '٣',
      '１',
      'S',
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));

const outcomeOf = (parse: () => number) => {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(CliError);
    return (error as CliError).code;
  }
};

describe('a duration', () => {
  it('is parsed as its number multiplied by its unit, up to a day', () => {
    fc.assert(
      fc.property(fc.nat(10 ** 9 - 1), unit, (number, name) => {
        const ms = number * UNITS[name];
        expect(parseDuration(`${number}${name}`)).toBe(ms <= DAY_MS ? ms : null);
      }),
    );
  });

  it('is rejected if it is not a number with at most one unit', () => {
    fc.assert(
      fc.property(fc.oneof(almost, anyText()), (text) => {
        const isOne = /^[0-9]{1,9}(ms|s|m|h)?$/.test(text) && !text.includes('\n');
        if (!isOne) expect(parseDuration(text)).toBeNull();
      }),
    );
  });

  it('is rejected as a time limit if it is invalid or zero, and not quoted', () => {
    fc.assert(
      fc.property(fc.oneof(almost, fc.constantFrom('0', '0ms', '00h')), (text) => {
        const ms = parseDuration(text);
        const outcome = outcomeOf(() => requireTimeout(text, '--timeout'));
        expect(outcome).toBe(ms === null || ms === 0 ? 'invalid_value' : ms);
      }),
    );
  });
});

describe('a lifetime', () => {
  it('is accepted from 1 to 120 whole seconds, in any unit', () => {
    fc.assert(
      fc.property(fc.nat(200_000), unit, (number, name) => {
        const seconds = (number * UNITS[name]) / 1000;
        const isOne =
          Number.isInteger(seconds) && seconds >= MIN_LIFETIME_S && seconds <= MAX_LIFETIME_S;
        const outcome = outcomeOf(() => parseLifetime(`${number}${name}`));
        expect(outcome).toBe(isOne ? seconds : 'invalid_value');
      }),
      {
        examples: [
          [1000, 'ms'],
          [1500, 'ms'],
          [120, 's'],
          [121, ''],
          [2, 'm'],
          [0, 's'],
          [1, 'h'],
        ],
      },
    );
  });

  it('is rejected for any other text', () => {
    fc.assert(
      fc.property(fc.oneof(almost, anyText()), (text) => {
        const outcome = outcomeOf(() => parseLifetime(text));
        expect(outcome).toBe(parseDuration(text) === null ? 'invalid_value' : outcome);
        if (typeof outcome === 'number') expect(outcome * 1000).toBe(parseDuration(text));
      }),
    );
  });
});
