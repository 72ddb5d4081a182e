import type { Clock } from '../context/clock';
import { measureAudio } from '../core/measure-audio';
import type { Segment } from '../core/transcript';
import { CLIP_SEGMENTS, type Clip, sha256Of } from './clip';
import { type Fetched, type FetchOptions, fetchBounded } from './fetch-audio';

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

/** A client takes messages of at most 1 MiB; this leaves room for what stands around the timeline. */
const MAX_TIMELINE_BYTES = 1000 * 1024;
const MAX_SEGMENTS = 1000;

export const sizeOf = (timeline: readonly Segment[]) => Buffer.byteLength(JSON.stringify(timeline));

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;

/** Text in clauses, or several together where there are very many, each as long as its share of the characters. */
export function timeText(text: string, durationS: number): readonly Segment[] {
  const clauses = text
    .split(/(?<=[.!?,;:])\s+|\n+/)
    .map((clause) => clause.replace(/\s+/g, ' ').trim())
    .filter((clause) => /[\p{L}\p{N}]/u.test(clause));
  const step = Math.max(1, Math.ceil(clauses.length / MAX_SEGMENTS));
  const pieces = Array.from({ length: Math.ceil(clauses.length / step) }, (_, at) =>
    clauses.slice(at * step, (at + 1) * step).join(' '),
  );
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let spoken = 0;
  return pieces.map((piece) => {
    const start = round((spoken / total) * durationS);
    spoken += piece.length;
    return { start, end: round((spoken / total) * durationS), text: piece };
  });
}

/** What stands in for a transcript that the sandbox cannot make. */
export function labelAudio(durationS: number): readonly Segment[] {
  const text = `[sandbox: ${durationS.toFixed(1)} s of audio, not transcribed]`;
  return [{ start: 0, end: round(durationS), text }];
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
  clip: Clip,
  options: FetchOptions,
): Promise<readonly Segment[]> {
  if (isClip(audio.bytes, clip)) return CLIP_SEGMENTS;
  const text = await readTextBeside(audio, options);
  const segments = text === null ? [] : timeText(text, audio.durationS);
  const isFit = segments.length > 0 && sizeOf(segments) <= MAX_TIMELINE_BYTES;
  return isFit ? segments : labelAudio(audio.durationS);
}
