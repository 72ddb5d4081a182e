import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/sha256';

const expected = (text: string) => createHash('sha256').update(text).digest('hex');

describe('SHA-256', () => {
  it.each([0, 1, 43, 55, 56, 63, 64, 65, 119, 120, 128, 4096])(
    'is that of the system for %i characters',
    (length) => {
      const text = 'vstoken-'.repeat(600).slice(0, length);
      expect(sha256(text)).toBe(expected(text));
    },
  );

  it('is that of the system for any text', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 150 });
    fc.assert(fc.property(texts, (text) => sha256(text) === expected(text)));
  });
});
