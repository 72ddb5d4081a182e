const ASCII = /^[\x00-\x7f]*$/;

/**
 * Weights of characters that people write instead of removed text. Such characters in a row count as an ellipsis if their weights
 * add up to `ELLIPSIS`. Examples: `…`, `..`, `*.`, `**`. A character that is not in this table counts if it is repeated: three
 * times is enough, as in `---`.
 */
const MASKS: Readonly<Record<string, number>> = {
  ' ': 0,
  '\n': 0,
  '.': 3,
  '*': 3,
  '•': 3,
  '·': 3,
  '…': 6,
  '⋯': 6,
};
const OTHER_SIGN = 2;
const ELLIPSIS = 6;

/** Matches words that replace removed text. The words must be in brackets, because they also occur in ordinary sentences. */
const REDACTIONS =
  /[[(<{]\s{0,3}(?:\d{1,4} (?:more )?)?(?:redacted|hidden|masked|removed|omitted|truncated|snip|cut|secret|filtered|characters|chars|bytes|x{1,40})(?: \w{1,16}){0,3}\s{0,3}[\])>}]/gi;

/** Replaces texts such as `[REDACTED]` and `<16 characters>` with an ellipsis. */
export function shortenRedactions(text: string): string {
  return text.replace(REDACTIONS, '…');
}

/**
 * Calls `onLetter` for each letter and digit of a text, with its UTF-16 code unit. Letters become lower case without accents, and
 * special forms such as full-width letters become plain letters. All other characters are skipped.
 * @param onEllipsis called for each ellipsis
 */
export function fold(
  text: string,
  onLetter: (code: number) => void,
  onEllipsis: () => void = () => undefined,
): void {
  let plainForms: Map<number, string> | undefined;
  let weight = 0;
  let sign = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isSmall = (code > 96 && code < 123) || (code > 47 && code < 58);
    if (isSmall || (code > 64 && code < 91)) {
      weight = 0;
      onLetter(isSmall ? code : code + 32);
      continue;
    }
    if (code > 127) {
      const point = text.codePointAt(at) ?? code;
      if (point > 0xffff) at += 1;
      plainForms ??= new Map();
      const plain = plainForms.get(point) ?? plainFormOf(point);
      plainForms.set(point, plain);
      for (let index = 0; index < plain.length; index += 1) onLetter(plain.charCodeAt(index));
      if (plain !== '') {
        weight = 0;
        continue;
      }
    }
    const known = MASKS[String.fromCharCode(code)];
    if (known === undefined && code !== sign) {
      weight = 0;
      sign = code;
    }
    const more = known ?? OTHER_SIGN;
    if (weight < ELLIPSIS && weight + more >= ELLIPSIS) onEllipsis();
    weight += more;
  }
}

/** Returns all letters and digits that `fold` reports, as one text. */
export function foldedText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  const codes: number[] = [];
  fold(text, (code) => codes.push(code));
  return codes.map((code) => String.fromCharCode(code)).join('');
}

/** Normalises one character at a time. Reason: NFKD takes quadratic time for a long text with many accents in a row. */
function plainFormOf(point: number): string {
  return String.fromCodePoint(point)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

const ESCAPES =
  /(?:%[0-9a-f]{2})+|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\u\{[0-9a-f]{1,6}\}|&#x[0-9a-f]{1,6};|&#\d{1,7};|&hellip;|\\[0-3][0-7]{2}|\b0x[0-9a-f]{2}\b/gi;

/**
 * Limits for the cache of `replaceEach`: at most `MAX_KNOWN` escapes with their decoded texts. An escape with more than
 * `MAX_KNOWN_LENGTH` characters is not cached, because it rarely occurs twice.
 */
const MAX_KNOWN = 10_000;
const MAX_KNOWN_LENGTH = 10;

/** Decodes escapes such as %41, \x41, \u0041, \u{41}, &#x41;, &#65;, \101 and 0x41. Does not decode the result again. */
export function decodeEscapes(text: string): string {
  return replaceEach(text, ESCAPES, decodeEscape);
}

/**
 * Replaces each escape with its decoded text. Decodes equal escapes only once, because a text of some MiB may contain a million
 * escapes.
 */
function replaceEach(text: string, escapes: RegExp, decode: (found: string) => string): string {
  const known = new Map<string, string>();
  return text.replace(escapes, (found) => {
    if (found.length > MAX_KNOWN_LENGTH) return decode(found);
    const decoded = known.get(found) ?? decode(found);
    if (known.size < MAX_KNOWN) known.set(found, decoded);
    return decoded;
  });
}

function decodeEscape(found: string): string {
  if (found.startsWith('%')) return decodePercent(found);
  if (/^&h/i.test(found)) return '…';
  const [, digits = ''] = /^(?:\\x|\\u\{?|&#x?|0x|\\)([0-9a-f]+)/i.exec(found) ?? [];
  const isHex = /^(?:\\[xu]|&#x|0x)/i.test(found);
  const point = Number.parseInt(digits, isHex ? 16 : found.startsWith('&') ? 10 : 8);
  return point > 0x10ffff ? '' : String.fromCodePoint(point);
}

function decodePercent(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return replaceEach(escapes, /%../g, (found) =>
      String.fromCharCode(Number.parseInt(found.slice(1), 16)),
    );
  }
}
