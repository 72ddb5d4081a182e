/**
 * Minimum and maximum length of a line that a mail program broke, in characters, including the `=` at its end. The standard
 * allows at most 76.
 */
const SHORTEST_BROKEN = 72;
const LONGEST_BROKEN = 76;

const HEADER = /^content-transfer-encoding:[ \t]{0,10}quoted-printable/im;
/** Matches a `=` that is not valid in quoted-printable. */
const OTHER_EQUALS = /=(?![0-9A-F]{2}|\r?\n|$)/;
const EQUALS = /=3D/;
const ESCAPE = /=(?:\r?\n|([0-9A-F]{2}))/g;

/**
 * Decodes quoted-printable. Null if the text is not quoted-printable.
 * https://datatracker.ietf.org/doc/html/rfc2045#section-6.7
 */
export function quotedPrintableDecoded(text: string): string | null {
  if (!text.includes('=')) return null;
  const isQuotedPrintable = HEADER.test(text) || (!OTHER_EQUALS.test(text) && hasSigns(text));
  if (!isQuotedPrintable) return null;
  const decoded = text.replace(ESCAPE, (_all, hex?: string) =>
    hex === undefined ? '' : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decoded === text ? null : decoded;
}

/**
 * Whether the text looks like quoted-printable: it has an encoded `=`, or a line of full length that continues on the next line.
 */
function hasSigns(text: string): boolean {
  if (EQUALS.test(text)) return true;
  for (const { index } of text.matchAll(/=\r?\n(?=[^\s:]{0,60}(?:[^\S\r\n]|[\r\n]|$))/g)) {
    const length = index + 1 - (text.lastIndexOf('\n', index) + 1);
    if (length >= SHORTEST_BROKEN && length <= LONGEST_BROKEN) return true;
  }
  return false;
}
