import type { Segment } from '../core/transcript';

/** One paragraph of a transcript, as a list of short texts with a start and an end time. */
export type Paragraph = readonly Segment[];

const MAX_SEGMENTS = 1000;
const MAX_PARAGRAPHS = 200;

export const sizeOf = (timeline: readonly Segment[]) => Buffer.byteLength(JSON.stringify(timeline));

/** Rounds seconds to whole milliseconds. */
export const round = (seconds: number) => Math.round(seconds * 1000) / 1000;

function clausesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?,;:])\s+|\n+/)
    .map((clause) => clause.replace(/\s+/g, ' ').trim())
    .filter((clause) => /[\p{L}\p{N}]/u.test(clause));
}

/** Groups neighbouring items into at most `most` groups. */
function groups<Item>(items: readonly Item[], most: number): readonly (readonly Item[])[] {
  const step = Math.max(1, Math.ceil(items.length / most));
  const count = Math.ceil(items.length / step);
  return Array.from({ length: count }, (_, at) => items.slice(at * step, (at + 1) * step));
}

/**
 * Splits a text into paragraphs at empty lines, and each paragraph into pieces. A piece is one clause, or several clauses if the
 * text is long. The duration of a piece is proportional to its number of characters.
 */
export function timeText(text: string, durationS: number): readonly Paragraph[] {
  const written = text.split(/\n[^\S\n]*\n\s*/).map(clausesOf);
  const paragraphs = groups(
    written.filter((clauses) => clauses.length > 0),
    MAX_PARAGRAPHS,
  ).map((some) => some.flat());
  const clauses = paragraphs.reduce((sum, { length }) => sum + length, 0);
  const inPieces = paragraphs.map((paragraph) => {
    const share = Math.ceil((paragraph.length / clauses) * MAX_SEGMENTS);
    return groups(paragraph, share).map((some) => some.join(' '));
  });
  const total = inPieces.flat().reduce((sum, piece) => sum + piece.length, 0);
  let spoken = 0;
  return inPieces.map((pieces) =>
    pieces.map((piece) => {
      const start = round((spoken / total) * durationS);
      spoken += piece.length;
      return { start, end: round((spoken / total) * durationS), text: piece };
    }),
  );
}

/** Returns the placeholder for audio that the sandbox cannot transcribe. */
export function placeholderSegment(durationS: number): Segment {
  const text = `[sandbox: ${durationS.toFixed(1)} s of audio, not transcribed]`;
  return { start: 0, end: round(durationS), text };
}
