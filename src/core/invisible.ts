/**
 * Invisible characters: Unicode's Default_Ignorable_Code_Point and the three characters for annotations. Characters above U+FFFF
 * are in `PAIRS`, because each is a pair of UTF-16 code units.
 * https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const UNITS =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb';
const PAIRS =
  '\\ud82f[\\udca0-\\udca3]|\\ud834[\\udd73-\\udd7a]|[\\udb40-\\udb43][\\udc00-\\udfff]';

/** Returns a pattern for invisible characters, and for the characters in `more` (written as in a character class). */
export function invisibleAnd(more: string): RegExp {
  return new RegExp(`[${UNITS}${more}]|${PAIRS}`, 'g');
}

/** Writing systems (as ISO 15924 codes) in which an invisible character between two letters changes their shape. */
const JOINING_SCRIPTS =
  'Arab Syrc Nkoo Adlm Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt Java Bali';

/** Patterns for the text around an invisible character. They are compiled at their first use. */
let patterns: ReturnType<typeof compile> | undefined;

function compile() {
  const scripts = JOINING_SCRIPTS.split(' ').map((script) => `\\p{scx=${script}}`);
  return {
    joining: new RegExp(`(?=[\\p{L}\\p{M}\\p{Nd}])[${scripts.join('')}]$`, 'u'),
    emoji: /\p{ExtPict}(?:\ufe0f|\p{EMod})?$/u,
    bareEmoji: /\p{ExtPict}$/u,
    beginsEmoji: /^\p{ExtPict}/u,
    mongolian: /(?=\p{L})\p{sc=Mong}$/u,
  };
}

/**
 * Whether the invisible character at a position is a normal part of the text. Only these are normal:
 * - a joiner (U+200C or U+200D) after a letter of a writing system in `JOINING_SCRIPTS`, or between two emoji
 * - a variation selector after an emoji, in a keycap emoji (a digit in a box), or after a Mongolian letter
 */
export function isPartOfText(text: string, at: number): boolean {
  const character = text.charAt(at);
  if (!/[\u180b-\u180f]|[\u200c-\u200d]|[\ufe0e-\ufe0f]/.test(character)) return false;
  patterns ??= compile();
  // Four code units: enough for two characters of two code units each, such as an emoji and its skin colour.
  const before = text.slice(Math.max(0, at - 4), at);
  const after = text.slice(at + 1, at + 3);
  if (/[\ufe0e-\ufe0f]/.test(character)) {
    return (
      patterns.bareEmoji.test(before) || (/[0-9#*]$/.test(before) && after.startsWith('\u20e3'))
    );
  }
  if (/[\u200c-\u200d]/.test(character)) {
    const joinsEmoji = character === '\u200d' && patterns.emoji.test(before);
    return patterns.joining.test(before) || (joinsEmoji && patterns.beginsEmoji.test(after));
  }
  return patterns.mongolian.test(before);
}
