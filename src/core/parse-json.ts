/** Maximum number of nested levels. The documents that this program reads have only a few. */
const MAX_DEPTH = 64;
/**
 * Maximum number of values in a document. The transcripts of a whole day have fewer values. This many values need at most 35 MB
 * of memory. Without this limit, 8 MiB of brackets needed 491 MB.
 */
const MAX_VALUES = 100_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING = [0x5b, 0x7b] as const;
const BACKSLASH = 0x5c;
const CLOSING = [0x5d, 0x7d] as const;

/**
 * Parses JSON that may come from another program. Counts levels and values first, because parsed values take far more memory than
 * their text.
 * @throws Error for invalid JSON. The message may quote the text, so it must never be shown.
 * @throws Error for more than 64 levels or 100 000 values
 */
export function parseJson(text: string): unknown {
  if (overLimit(text)) throw new Error('too deep, or too many values');
  return JSON.parse(text);
}

/** Returns `deep` for more than 64 levels, `many` for more than 100 000 values, otherwise null. Takes linear time. */
export function overLimit(text: string): 'deep' | 'many' | null {
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
