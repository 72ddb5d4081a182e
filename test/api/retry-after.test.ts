import { describe, expect, it } from 'vitest';
import { parseRetryAfter, waitInWords } from '../../src/api/retry-after';
import { anyText, fc } from '../support/properties';

const NOW = Date.UTC(2026, 10, 24, 10);
const DAY_MS = 24 * 3_600_000;

describe('S45 Retry-After', () => {
  it('is undefined or between 0 and a day, for any value', () => {
    const almost = fc.constantFrom(
      '',
      '0x10',
      '-1',
      '1.5',
      '1e9',
      'Tue',
      'Tue, ',
      'Infinity',
      'NaN',
    );
    fc.assert(
      fc.property(fc.oneof(anyText(), almost), fc.nat(), (text, now) => {
        const ms = parseRetryAfter(text, now);
        expect(ms === undefined || (ms >= 0 && ms <= DAY_MS)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('is in seconds if it is a number, and is at most a day', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (seconds) => {
        const expected = seconds > 86_400n ? DAY_MS : Number(seconds) * 1000;
        expect(parseRetryAfter(` ${seconds} `, NOW)).toBe(expected);
      }),
      { examples: [[0n], [86_400n], [86_401n], [2n ** 31n], [2n ** 63n]] },
    );
  });

  it('is the time until the date if it is a date, and 0 for a past date', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2 * 86_400, max: 2 * 86_400 }), (seconds) => {
        const date = new Date(NOW + seconds * 1000).toUTCString();
        const expected = Math.min(Math.max(seconds * 1000, 0), DAY_MS);
        expect(parseRetryAfter(date, NOW)).toBe(expected);
      }),
    );
  });

  it('is never displayed as a shorter time', () => {
    const UNITS: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000 };
    fc.assert(
      fc.property(fc.nat(DAY_MS), (ms) => {
        const [number, unit = ''] = waitInWords(ms).split(' ');
        expect(Number(number) * (UNITS[unit] ?? 0)).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});
