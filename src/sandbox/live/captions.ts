import type { TimelineItem } from '../../api/protocol';
import type { Segment } from '../../core/transcript';
import { round } from '../segments';

/**
 * Length of a placeholder, in seconds. After LATE_S seconds of audio, placeholders become longer, so that a timeline of any
 * length fits into a message.
 */
const PIECE_S = 4;
const LATE_S = 3600;
const LATE_SHARE = 1 / 60;

const pieceAfter = (start: number) => (start < LATE_S ? PIECE_S : Math.floor(start * LATE_SHARE));

/** Returns placeholders for the text of live audio, each as long as a caption. */
export function placeholderPieces(seconds: number): readonly Segment[] {
  const pieces: Segment[] = [];
  for (let start = 0; start < seconds; start += pieceAfter(start)) {
    const end = Math.min(start + pieceAfter(start), seconds);
    const text = `[sandbox: ${start.toFixed(1)} to ${end.toFixed(1)} s of audio, not transcribed]`;
    pieces.push({ start, end: round(end), text });
  }
  return pieces;
}

/** Returns the piece without its words after the time `seconds`. Assumes that the words are spoken at a constant rate. */
function wordsBy(piece: Segment, seconds: number): Segment {
  if (piece.end <= seconds) return piece;
  const words = piece.text.split(' ');
  const share = (seconds - piece.start) / (piece.end - piece.start);
  const text = words.slice(0, Math.ceil(words.length * share)).join(' ');
  return { start: piece.start, end: round(seconds), text };
}

/** Returns the pieces without the words after the time `seconds`. */
export function piecesBy(pieces: readonly Segment[], seconds: number): readonly Segment[] {
  return pieces.filter(({ start }) => start < seconds).map((piece) => wordsBy(piece, seconds));
}

/** Marks the last piece as `latest`. If its text can still grow, marks it also as `pending`. */
export function markLatest(
  pieces: readonly Segment[],
  isGrowing: boolean,
): readonly TimelineItem[] {
  return pieces.map((piece, at) =>
    at < pieces.length - 1
      ? piece
      : { ...piece, latest: true, ...(isGrowing && { pending: true }) },
  );
}
