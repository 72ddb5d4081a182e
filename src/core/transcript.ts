/** One part of a transcript. Times are in seconds from the start of the audio. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function transcriptText(segments: readonly Segment[]): string {
  return segments
    .map((segment) => segment.text.trim())
    .filter((text) => text !== '')
    .join(' ');
}

/**
 * Matches the marks on a letter, such as accents, after its first 30 marks. The matched marks are removed, because normalising
 * very many marks takes quadratic time. Letters of real languages have fewer marks: see Stream-Safe Text Format at
 * https://www.unicode.org/reports/tr15/
 */
const EXCESS_MARKS = /(\p{M}{30})\p{M}+/gu;

/**
 * Returns only the letters with their accents, and the digits, in lower case. So a comparison of transcripts ignores case,
 * punctuation and spaces.
 */
function normalise(text: string): string {
  return text
    .replace(EXCESS_MARKS, '$1')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}

export function containsText(transcript: string, expected: string): boolean {
  return normalise(transcript).includes(normalise(expected));
}

/** Whether a text contains letters or digits to compare. */
export function isComparable(text: string): boolean {
  return normalise(text) !== '';
}
