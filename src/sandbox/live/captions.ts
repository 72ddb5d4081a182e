import type { TimelineItem } from '../../api/protocol';
import type { Segment } from '../../core/transcript';
import { round } from '../segments';

/**
 * A placeholder stands for PIECE_S seconds of audio. After the first LATE_S seconds of a stream, a placeholder stands for more
 * audio: its start time multiplied by LATE_SHARE. Reason: the placeholders of a long stream must fit into one message.
 */
const PIECE_S = 4;
const LATE_S = 3600;
const LATE_SHARE = 1 / 60;

const pieceAfter = (start: number) => (start < LATE_S ? PIECE_S : Math.floor(start * LATE_SHARE));

/** Returns placeholders for the text of live audio. Each placeholder has a start and an end, in seconds. */
export function placeholderPieces(seconds: number): readonly Segment[] {
  const pieces: Segment[] = [];
  for (let start = 0; start < seconds; start += pieceAfter(start)) {
    const end = Math.min(start + pieceAfter(start), seconds);
    const text = `[sandbox: ${start.toFixed(1)} to ${end.toFixed(1)} s of audio, not transcribed]`;
    pieces.push({ start, end: round(end), text });
  }
  return pieces;
}

/** Returns a timed text without the words after the time `seconds`. Assumes that the words are spoken at a constant rate. */
function wordsBy(piece: Segment, seconds: number): Segment {
  if (piece.end <= seconds) return piece;
  const words = piece.text.split(' ');
  const share = (seconds - piece.start) / (piece.end - piece.start);
  const text = words.slice(0, Math.ceil(words.length * share)).join(' ');
  return { start: piece.start, end: round(seconds), text };
}

/** Returns the timed texts without the words after the time `seconds`. */
export function piecesBy(pieces: readonly Segment[], seconds: number): readonly Segment[] {
  return pieces.filter(({ start }) => start < seconds).map((piece) => wordsBy(piece, seconds));
}

/** Marks the last timed text as `latest`. If this text can still grow, marks it also as `pending`. */
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
