import type { Segment } from '../core/transcript';
import { CLIP_EXTRAS, CLIP_SEGMENTS } from './clip';
import { type Extras, extrasOf, NO_EXTRAS, placeholderExtras } from './extras';
import { cutAt } from './jobs';
import { piecesBy } from './live/captions';
import type { Paragraph } from './segments';

/** What audio says, as far as the sandbox can know it. */
export interface Transcript {
  readonly pieces: readonly Segment[];
  readonly extras: Extras;
}

/** A transcript up to its limit. @param maxDurationS 0 for all of it */
function cut(
  paragraphs: readonly Paragraph[],
  maxDurationS: number,
  extrasFor: (paragraphs: readonly Paragraph[]) => Extras,
): Transcript {
  const left = paragraphs.map((pieces) => cutAt(pieces, maxDurationS));
  const within = left.filter((pieces) => pieces.length > 0);
  return { pieces: within.flat(), extras: within.length > 0 ? extrasFor(within) : NO_EXTRAS };
}

/** What the clip says up to a limit. @param heardS how much of it there is */
export function clipTranscript(heardS: number, maxDurationS: number): Transcript {
  const said = piecesBy(CLIP_SEGMENTS, heardS);
  const isWhole = (pieces: Paragraph) => pieces.at(-1)?.end === CLIP_SEGMENTS.at(-1)?.end;
  return cut([said], maxDurationS, ([pieces = []]) =>
    isWhole(pieces) ? CLIP_EXTRAS : extrasOf([pieces]),
  );
}

/** What stands in for a transcript up to a limit. */
export const placeholderTranscript = (
  pieces: readonly Segment[],
  maxDurationS: number,
): Transcript => cut([pieces], maxDurationS, placeholderExtras);

/** Of audio in which nothing is said. */
export const SILENCE: Transcript = { pieces: [], extras: NO_EXTRAS };

/** A known text up to a limit. */
export const textTranscript = (
  paragraphs: readonly Paragraph[],
  maxDurationS: number,
): Transcript => cut(paragraphs, maxDurationS, extrasOf);
