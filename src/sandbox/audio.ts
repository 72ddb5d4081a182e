import type { Clock } from '../context/clock';
import { measureAudio } from '../core/measure-audio';
import { type Clip, sha256Of } from './clip';
import { type FetchedContent, type FetchOptions, fetchBounded } from './fetch-audio';
import { placeholderSegment, sizeOf, timeText } from './segments';
import {
  clipTranscript,
  limitOf,
  placeholderTranscript,
  type Transcript,
  textTranscript,
} from './transcript';

/**
 * Maximum size of a timeline (the list of timed texts of a transcript), in bytes. Reason: clients accept messages of at most 8
 * MiB, and a message with a timeline also contains its paragraphs and translations.
 */
const MAX_TIMELINE_BYTES = 1000 * 1024;

export const isClip = (bytes: Uint8Array, clip: Clip) =>
  bytes.length === clip.bytes.length && sha256Of(bytes) === clip.sha256;

interface Measuring {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits: { readonly measureMs: number };
}

/**
 * Returns the duration of audio in seconds. Returns null if the bytes are not audio, if the audio has no duration, or if
 * measuring takes longer than `measureMs`.
 */
export async function durationOf(
  bytes: Uint8Array,
  { clock, signal, limits }: Measuring,
): Promise<number | null> {
  const end = clock.monotonic() + limits.measureMs;
  const tooLong = new Error('measuring the duration took too long');
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

type Audio = Omit<FetchedContent, 'contentType'> & { readonly durationS: number };

/**
 * Reads the text file next to the audio, for example `hello.txt` for `hello.mp3`. Returns null if there is no such file, or if it
 * is not plain text. The file is fetched from the origin and the IP address of the audio, without redirects. Reason: web pages
 * can read the transcript, so it must not contain a file of another server.
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

/** Returns the transcript of audio from a URL: the real text if the sandbox has it, otherwise a labelled placeholder. */
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
  return placeholderTranscript([placeholderSegment(Math.min(audio.durationS, limitS))]);
}
