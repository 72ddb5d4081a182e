import { createHash } from 'node:crypto';
import { SANDBOX_CLIP } from '../core/sample-clips';
import type { Segment } from '../core/transcript';
import type { Extras } from './extras';

/** The audio clip that vocalstack-token contains. Audio with the same hash is recognised as this clip. */
export interface Clip {
  readonly bytes: Buffer;
  readonly sha256: string;
}

/**
 * The spoken text of the clip. Times are in seconds from the start of the clip. They were measured at the pauses between the
 * phrases.
 */
export const CLIP_SEGMENTS: readonly Segment[] = [
  { start: 0.05, end: 1.0, text: 'A token is brief,' },
  { start: 1.14, end: 2.08, text: 'so is this clip,' },
  { start: 2.22, end: 3.44, text: 'and both are nearly over.' },
];

export const CLIP_EXTRAS: Extras = {
  summary:
    'A speaker says that a token is brief, that this clip is too, and that both are nearly over.',
  keywords: 'token, clip, brief',
  paragraphs: [SANDBOX_CLIP.text],
};

export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Loads the clip as a module instead of a file, because a bundled application has no files next to its code. */
export async function loadClip(): Promise<Clip> {
  const { base64 } = await import('../../assets/clip.json');
  const bytes = Buffer.from(base64, 'base64');
  return { bytes, sha256: sha256Of(bytes) };
}
