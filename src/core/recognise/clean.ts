import { invisibleAnd } from '../invisible';
import { quotedPrintableDecoded } from './quoted-printable';

/** Reason why a text does not work as a token. */
export interface Cause {
  readonly code: string;
  readonly message: string;
}

const NAMES: Readonly<Record<string, string>> = {
  '\u00a0': 'no-break space',
  '\u2007': 'figure space',
  '\u202f': 'narrow no-break space',
  '\u3000': 'ideographic space',
  '\u00ad': 'soft hyphen',
  '\u200b': 'zero width space',
  '\u200c': 'zero width non-joiner',
  '\u200d': 'zero width joiner',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u202a': 'left-to-right embedding',
  '\u202b': 'right-to-left embedding',
  '\u202c': 'pop directional formatting',
  '\u202d': 'left-to-right override',
  '\u202e': 'right-to-left override',
  '\u2060': 'word joiner',
  '\u2066': 'left-to-right isolate',
  '\u2067': 'right-to-left isolate',
  '\u2069': 'pop directional isolate',
  '\ufeff': 'zero width no-break space',
};
const MAX_NAMED = 5;
/** Characters that look like an ordinary space. */
const ODD_SPACES = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g;

/** Matches a code block in Markdown or a chat. Its backquotes must not count as quotes around a token. */
const FENCED = /^\s*```\w{0,20}\r?\n([\s\S]*?)\r?\n```\s*$/;

export interface Cleaned {
  readonly text: string;
  readonly causes: readonly Cause[];
}

/**
 * Removes invisible characters, byte order marks and encodings such as UTF-16 from a text. Returns a cause, which explains the
 * fault to the user, for each kind that was found.
 */
export function clean(text: string): Cleaned {
  const causes: Cause[] = [];
  let rest = text;
  if (rest.includes('\0') && isWide(rest)) {
    rest = rest.replace(/^(?:\ufffd\ufffd|\ufeff)/, '').replaceAll('\0', '');
    const message = 'The text is UTF-16, as Windows PowerShell writes files. It must be UTF-8.';
    causes.push({ code: 'utf16', message });
  }
  if (rest.startsWith('\ufeff')) {
    rest = rest.slice(1);
    const message =
      'The text begins with a byte order mark, which some Windows editors add. The server reads it as part of the token.';
    causes.push({ code: 'byte_order_mark', message });
  }
  const unseen = describe(rest, invisibleAnd(''));
  if (unseen !== null) {
    const message = `The text contains invisible characters (${unseen}). The server reads them as part of the token.`;
    causes.push({ code: 'invisible_characters', message });
    rest = rest.replace(invisibleAnd(''), '');
  }
  const spaces = describe(rest, ODD_SPACES);
  if (spaces !== null) {
    const message = `The text contains special space characters (${spaces}), which are not allowed in a header.`;
    causes.push({ code: 'odd_spaces', message });
    rest = rest.replace(ODD_SPACES, ' ');
  }
  const decoded = quotedPrintableDecoded(rest);
  if (decoded !== null) {
    const message =
      'The text is encoded in quoted-printable, as mail programs send it. Decode the text before you copy the token.';
    causes.push({ code: 'quoted_printable', message });
    rest = decoded;
  }
  return { text: rest.replace(FENCED, '$1'), causes };
}

/** Whether a text is UTF-16 that was read as UTF-8. Every second character of such a text is a NUL. */
function isWide(text: string): boolean {
  const sample = text.slice(0, 1000);
  return sample.split('\0').length - 1 > sample.length / 3;
}

/**
 * Lists the names and positions of the first five characters that match `pattern`. Positions count from 1. Null if no character
 * matches.
 */
function describe(text: string, pattern: RegExp): string | null {
  const count = text.match(pattern)?.length ?? 0;
  const all: string[] = [];
  for (const { 0: character, index } of text.matchAll(pattern)) {
    if (all.length === MAX_NAMED) break;
    const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const name = NAMES[character];
    all.push(`U+${point}${name === undefined ? '' : ` ${name}`} at ${index + 1}`);
  }
  if (count === 0) return null;
  return count > MAX_NAMED ? `${all.join(', ')} and ${count - MAX_NAMED} more` : all.join(', ');
}
