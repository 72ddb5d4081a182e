import type { Clock } from '../context/clock';
import { measureAudio } from '../core/measure-audio';
import { type Clip, sha256Of } from './clip';
import { type Fetched, type FetchOptions, fetchBounded } from './fetch-audio';
import { labelAudio, sizeOf, timeText } from './segments';
import {
  clipTranscript,
  limitOf,
  placeholderTranscript,
  type Transcript,
  textTranscript,
} from './transcript';

/** A client takes messages of at most 8 MiB; this leaves room for paragraphs, and for translations into a few languages. */
const MAX_TIMELINE_BYTES = 1000 * 1024;

export const isClip = (bytes: Uint8Array, clip: Clip) =>
  bytes.length === clip.bytes.length && sha256Of(bytes) === clip.sha256;

interface Measuring {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits: { readonly measureMs: number };
}

/** In seconds; null when it is not audio, does not say, or takes too long to tell. */
export async function durationOf(
  bytes: Uint8Array,
  { clock, signal, limits }: Measuring,
): Promise<number | null> {
  const end = clock.monotonic() + limits.measureMs;
  const tooLong = new Error('the duration takes too long to find out');
  try {
    return await measureAudio(bytes, () => {
      signal.throwIfAborted();
      if (clock.monotonic() > end) throw tooLong;
    });
  } catch (error) {
    if (error === tooLong) return null;
    throw error;
  }
}

type Audio = Omit<Fetched, 'contentType'> & { readonly durationS: number };

/**
 * The text file beside the audio at a URL, if there is one that is really text: of the same origin, from the address that the
 * audio came from, without redirects. Pages can read it, so that it must not come from where they could not have it.
 */
async function readTextBeside(
  { url, address }: Audio,
  options: FetchOptions,
): Promise<string | null> {
  const beside = new URL(url);
  beside.pathname = url.pathname.replace(/\.[^./]+$/, '.txt');
  if (beside.pathname === url.pathname) return null;
  const target = { href: beside.href, address, maxRedirects: 0 };
  try {
    const { bytes, contentType } = await fetchBounded(target, options);
    return /^text\/plain\b/i.test(contentType) ? new TextDecoder().decode(bytes) : null;
  } catch {
    options.signal.throwIfAborted();
    return null;
  }
}

/** What audio from a URL says, as far as the sandbox can know it: never a pretence. */
export async function transcriptOf(
  audio: Audio,
  maxDurationS: number,
  clip: Clip,
  options: FetchOptions,
): Promise<Transcript> {
  const limitS = limitOf(maxDurationS);
  if (isClip(audio.bytes, clip)) return clipTranscript(limitS);
  const text = await readTextBeside(audio, options);
  const paragraphs = text === null ? [] : timeText(text, audio.durationS);
  const isFit = paragraphs.length > 0 && sizeOf(paragraphs.flat()) <= MAX_TIMELINE_BYTES;
  if (isFit) return textTranscript(paragraphs, limitS);
  return placeholderTranscript([labelAudio(Math.min(audio.durationS, limitS))]);
}
