/** One timed piece of a transcript. Times in seconds from the start of the audio. */
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
 * Real languages put fewer marks on a letter: see Stream-Safe Text Format in https://www.unicode.org/reports/tr15/ More marks are
 * cut, since normalising them takes quadratic time.
 */
const EXCESS_MARKS = /(\p{M}{30})\p{M}+/gu;

/** Letters and digits alone: case, punctuation and spacing do not count when a transcript is judged. */
function essence(text: string): string {
  return text
    .replace(EXCESS_MARKS, '$1')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}

export function containsText(transcript: string, expected: string): boolean {
  return essence(transcript).includes(essence(expected));
}

/** Whether a text has letters or digits to compare. */
export function isJudgeable(text: string): boolean {
  return essence(text) !== '';
}
