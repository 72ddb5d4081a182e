import type { Segment } from '../core/transcript';
import { CLIP_EXTRAS, CLIP_SEGMENTS } from './clip';
import { type Extras, extrasOf, NO_EXTRAS, placeholderExtras } from './extras';
import { piecesBy } from './live/captions';
import type { Paragraph } from './segments';

/** What audio says, as far as the sandbox can know it. */
export interface Transcript {
  readonly pieces: readonly Segment[];
  readonly extras: Extras;
}

/** Where a transcript ends, in seconds. @param maxDurationS as a request has it: 0 for no limit */
export const limitOf = (maxDurationS: number) =>
  maxDurationS === 0 ? Number.POSITIVE_INFINITY : maxDurationS;

/** A known text, as far as it is said by so many seconds. */
export function textTranscript(
  paragraphs: readonly Paragraph[],
  seconds: number,
  extrasFor = extrasOf,
): Transcript {
  const said = paragraphs.map((pieces) => piecesBy(pieces, seconds));
  const within = said.filter((pieces) => pieces.length > 0);
  return { pieces: within.flat(), extras: within.length > 0 ? extrasFor(within) : NO_EXTRAS };
}

/** What the clip says by so many seconds. */
export const clipTranscript = (seconds: number): Transcript =>
  textTranscript([CLIP_SEGMENTS], seconds, (said) => {
    const isWhole = said.flat().at(-1)?.end === CLIP_SEGMENTS.at(-1)?.end;
    return isWhole ? CLIP_EXTRAS : extrasOf(said);
  });

/** What stands in for a transcript. */
export const placeholderTranscript = (pieces: readonly Segment[]): Transcript => ({
  pieces,
  extras: placeholderExtras([pieces]),
});

/** Of audio in which nothing is said. */
export const SILENCE: Transcript = { pieces: [], extras: NO_EXTRAS };
