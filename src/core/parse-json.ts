/** No document that this program reads is nested deeper than a few levels. */
const MAX_DEPTH = 64;
/** The transcripts of a day have fewer. So many take 35 MB at worst; the brackets of 8 MiB took 491 MB. */
const MAX_VALUES = 100_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING = [0x5b, 0x7b] as const;
const BACKSLASH = 0x5c;
const CLOSING = [0x5d, 0x7d] as const;

/**
 * What JSON that comes from outside stands for. A parsed value takes far more memory than its text, so the text is counted first.
 * @throws Error for a text that is not JSON, which may quote it: catch it, and show nothing of it
 * @throws Error as well for one that is nested deeper than 64 levels, or has more than 100 000 values
 */
export function parseJson(text: string): unknown {
  if (excessOf(text)) throw new Error('too deep, or too many values');
  return JSON.parse(text);
}

/** Whether a JSON text is nested deeper than 64 levels, or has more than 100 000 values. Takes time in proportion to its length. */
export function excessOf(text: string): 'deep' | 'many' | null {
  let depth = 0;
  let values = 1;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isInString = !isInString;
    else if (isInString) {
      if (code === BACKSLASH) at += 1;
    } else if (code === OPENING[0] || code === OPENING[1]) {
      depth += 1;
      values += 1;
      if (depth > MAX_DEPTH) return 'deep';
    } else if (code === CLOSING[0] || code === CLOSING[1]) depth -= 1;
    else if (code === COMMA) values += 1;
    if (values > MAX_VALUES) return 'many';
  }
  return null;
}
