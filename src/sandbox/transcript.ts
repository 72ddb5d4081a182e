import type { Segment } from '../core/transcript';
import { CLIP_EXTRAS, CLIP_SEGMENTS } from './clip';
import { type Extras, extrasOf, NO_EXTRAS, placeholderExtras } from './extras';
import { piecesBy } from './live/captions';
import type { Paragraph } from './segments';

/** The text of audio: the real text or a placeholder. */
export interface Transcript {
  readonly pieces: readonly Segment[];
  readonly extras: Extras;
}

/**
 * Returns the maximum duration of a transcript, in seconds. Infinity for no limit.
 * @param maxDurationS the limit in the request; 0 for no limit
 */
export const limitOf = (maxDurationS: number) =>
  maxDurationS === 0 ? Number.POSITIVE_INFINITY : maxDurationS;

/** Returns the transcript of a known text, without the words after the time `seconds`. */
export function textTranscript(
  paragraphs: readonly Paragraph[],
  seconds: number,
  extrasFor = extrasOf,
): Transcript {
  const said = paragraphs.map((pieces) => piecesBy(pieces, seconds));
  const within = said.filter((pieces) => pieces.length > 0);
  return { pieces: within.flat(), extras: within.length > 0 ? extrasFor(within) : NO_EXTRAS };
}

/** Returns the transcript of the clip, without the words after the time `seconds`. */
export const clipTranscript = (seconds: number): Transcript =>
  textTranscript([CLIP_SEGMENTS], seconds, (said) => {
    const isWhole = said.flat().at(-1)?.end === CLIP_SEGMENTS.at(-1)?.end;
    return isWhole ? CLIP_EXTRAS : extrasOf(said);
  });

export const placeholderTranscript = (pieces: readonly Segment[]): Transcript => ({
  pieces,
  extras: placeholderExtras([pieces]),
});

/** The transcript of audio without speech. */
export const SILENCE: Transcript = { pieces: [], extras: NO_EXTRAS };
