const ASCII = /^[\x00-\x7f]*$/;

/** What stands in the middle of a text that was shortened, and how much of an ellipsis each is. Of any other sign it takes three in a row. */
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

/** The words for what was left out. In brackets alone: otherwise they are words of a sentence. */
const LEFT_OUT =
  /[[(<{]\s{0,3}(?:\d{1,4} (?:more )?)?(?:redacted|hidden|masked|removed|omitted|truncated|snip|cut|secret|filtered|characters|chars|bytes|x{1,40})(?: \w{1,16}){0,3}\s{0,3}[\])>}]/gi;

/** A text with an ellipsis in the place of `[REDACTED]`, `<16 characters>` and the like. */
export function shortenLeftOut(text: string): string {
  return text.replace(LEFT_OUT, '…');
}

/**
 * Gives the letters and digits of a text one by one, as codes of UTF-16: in small letters, without accents, and in the plain form
 * of those in other widths and styles. Everything else only separates them.
 * @param onEllipsis told of each ellipsis
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

/** The same as a text. */
export function foldedText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  const codes: number[] = [];
  fold(text, (code) => codes.push(code));
  return codes.map((code) => String.fromCharCode(code)).join('');
}

/** One character at a time: to normalise a long text takes the square of its length where accents follow each other. */
function plainFormOf(point: number): string {
  return String.fromCodePoint(point)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

const ESCAPES =
  /(?:%[0-9a-f]{2})+|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\u\{[0-9a-f]{1,6}\}|&#x[0-9a-f]{1,6};|&#\d{1,7};|&hellip;|\\[0-3][0-7]{2}|\b0x[0-9a-f]{2}\b/gi;

/** Undoes %41, \x41, \u0041, \u{41}, &#x41;, &#65;, \101 and 0x41, once. */
export function decodeEscapes(text: string): string {
  return text.replace(ESCAPES, decodeEscape);
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
    return escapes.replace(/%(..)/g, (_, digits) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  }
}
