/** Documents that this program reads have only a few levels. */
const MAX_DEPTH = 64;
/** The transcripts of a whole day have fewer values. This many take at most 35 MB; 8 MiB of brackets took 491 MB. */
const MAX_VALUES = 100_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING = [0x5b, 0x7b] as const;
const BACKSLASH = 0x5c;
const CLOSING = [0x5d, 0x7d] as const;

/**
 * Parses JSON from outside. Parsed values take far more memory than their text, so levels and values are counted first.
 * @throws Error for invalid JSON. Its message may quote the text: catch it, and show nothing of it.
 * @throws Error for more than 64 levels or 100 000 values
 */
export function parseJson(text: string): unknown {
  if (excessOf(text)) throw new Error('too deep, or too many values');
  return JSON.parse(text);
}

/** Whether a JSON text has more than 64 levels or 100 000 values. Takes linear time. */
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
