/**
 * Characters that show nothing: all of Unicode's Default_Ignorable_Code_Point, and the three marks of annotations. A pattern for
 * code units, since those beyond the first plane are pairs of them.
 * https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const UNITS =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb';
const PAIRS =
  '\\ud82f[\\udca0-\\udca3]|\\ud834[\\udd73-\\udd7a]|[\\udb40-\\udb43][\\udc00-\\udfff]';

/** The same characters, and the code units in `more`, as a character class. */
export function invisibleAnd(more: string): RegExp {
  return new RegExp(`[${UNITS}${more}]|${PAIRS}`, 'g');
}

/** Scripts in which a joiner changes the shape of letters. */
const JOINING_SCRIPTS =
  'Arab Syrc Nkoo Adlm Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt Java Bali';

/**
 * The characters before and after decide whether an invisible character belongs to normal text. Each pattern is made at its first
 * use.
 */
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
 * Whether the invisible character at a position belongs to normal text. These do: a joiner after a letter of a joining script, or
 * between two emoji; a variation selector after an emoji, in a keycap, or after a Mongolian letter. A character after another
 * invisible one does not.
 */
export function belongsToText(text: string, at: number): boolean {
  const character = text.charAt(at);
  if (!/[\u180b-\u180f]|[\u200c-\u200d]|[\ufe0e-\ufe0f]/.test(character)) return false;
  patterns ??= compile();
  // Enough for two characters of two code units each.
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
