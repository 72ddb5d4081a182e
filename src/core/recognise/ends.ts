import { invisibleAnd } from '../invisible';

/** A text after the removal of the characters that were copied by mistake. */
export interface Trimmed {
  readonly text: string;
  /**
   * Names of the removed characters, for a note such as "Removed: invisible characters". White space, line breaks and a byte
   * order mark are not listed.
   */
  readonly removed: readonly string[];
}

/**
 * Removes white space and invisible characters at both ends of a token or key, because people often copy such characters by
 * mistake. If the text is UTF-16 that was read as UTF-8, decodes it first.
 */
export function trimEnds(given: string): Trimmed {
  // In UTF-16 that was read as UTF-8, every second character is a NUL.
  const isWide = given.split('\0').length - 1 > given.length / 3;
  const text = isWide ? given.replace(/^(?:\ufffd\ufffd|\ufeff)/, '').replaceAll('\0', '') : given;
  const unseen = new Set<number>();
  for (const { 0: found, index } of text.matchAll(invisibleAnd(''))) {
    for (let at = index; at < index + found.length; at += 1) unseen.add(at);
  }
  const isEnd = (at: number) => unseen.has(at) || /\s/.test(text.charAt(at));
  let [start, end] = [0, text.length];
  while (start < end && isEnd(start)) start += 1;
  while (end > start && isEnd(end - 1)) end -= 1;
  const isHidden = [...unseen].some(
    (at) => (at < start || at >= end) && text.charAt(at) !== '\ufeff',
  );
  return {
    text: text.slice(start, end),
    removed: [
      ...(isWide ? ['the encoding UTF-16'] : []),
      ...(isHidden ? ['invisible characters'] : []),
    ],
  };
}
