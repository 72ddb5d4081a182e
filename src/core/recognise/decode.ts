/**
 * Matches visible ASCII that is written in percent-encoding, JSON escapes or HTML entities. Also matches inline HTML tags, as in
 * mails.
 */
const ENCODED =
  /((?:%(?:2[0-9a-f]|[3-6][0-9a-f]|7[0-9a-e]))+)|((?:\\{1,8}u00(?:2[0-9a-f]|[3-6][0-9a-f]|7[0-9a-e]))+)|&(quot|apos|amp|lt|gt|#34|#39|#x27);|(?:<\/?(?:b|i|u|em|strong|code|span|kbd|tt|samp|font)(?:\s[^<>]{0,200})?>)+/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ quot: '"', apos: "'", amp: '&', lt: '<', gt: '>' },
  ...{ '#34': '"', '#39': "'", '#x27': "'" },
};

/** Range of a decoded text that was percent-encoded: start, and end (exclusive). */
export type Run = readonly [start: number, end: number];

const fromHex = (digits: string) => Buffer.from(digits, 'hex').toString('latin1');

/** Decodes a text. Also returns the ranges of the decoded text that were percent-encoded. */
export function decode(text: string): { decoded: string; places: readonly Run[] } {
  const places: Run[] = [];
  let shift = 0;
  const decoded = text.replace(ENCODED, (all: string, percent, json, entity, offset: number) => {
    const plain =
      percent !== undefined
        ? fromHex(all.replaceAll('%', ''))
        : json !== undefined
          ? fromHex(all.replace(/\\+u00/gi, ''))
          : (ENTITIES[String(entity).toLowerCase()] ?? '');
    if (percent !== undefined) places.push([offset - shift, offset - shift + plain.length]);
    shift += all.length - plain.length;
    return plain;
  });
  return { decoded, places };
}

/** Whether a character of the word, or the character before the word, was percent-encoded. */
export function isEncoded(places: readonly Run[], at: number, length: number): boolean {
  // Use a binary search, because there may be hundreds of thousands of ranges.
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.[1] ?? 0) <= at - 1) low = middle + 1;
    else high = middle;
  }
  const next = places[low];
  return next !== undefined && next[0] < at + length;
}
