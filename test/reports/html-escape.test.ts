import { describe, expect, it } from 'vitest';
import { escapeMarkup } from '../../src/reports/html-escape';
import { escapeText } from '../../src/terminal/text';
import { anyText, fc } from '../support/properties';

/** Decodes the five entities that exist in both HTML and XML. */
const read = (markup: string) =>
  markup
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

const text = fc.oneof(
  anyText(),
  fc
    .array(
      fc.constantFrom(
        '&',
        '<',
        '>',
        '"',
        "'",
        '&amp;',
        '&#39;',
        ']]>',
        '<!--',
        '\ud800',
        '\ufffe',
        'a',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('S28 S29 text in HTML and XML', () => {
  it('has every character for a reader, or shows its escape', () => {
    fc.assert(
      fc.property(text, (words) => {
        const visible = escapeText(words).replace(
          /[\ud800-\udfff\ufffe\uffff]/gu,
          (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
        );
        expect(read(escapeMarkup(words))).toBe(visible);
      }),
      { numRuns: 2000 },
    );
  });

  it('cannot end an element or an attribute', () => {
    fc.assert(
      fc.property(text, (words) => {
        expect(escapeMarkup(words)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
      { numRuns: 2000 },
    );
  });
});
