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

/** Letters and digits alone: case, punctuation and spacing do not count when a transcript is judged. */
function essence(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}

export function containsText(transcript: string, expected: string): boolean {
  return essence(transcript).includes(essence(expected));
}

/** Whether a text has anything by which a transcript could be judged. */
export function isJudgeable(text: string): boolean {
  return essence(text) !== '';
}
