import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CliError, shortageOf } from '../core/errors';
import { SANDBOX_CLIP } from '../core/sample-clips';
import type { Segment } from '../core/transcript';
import type { Extras } from './extras';

/** The bundled clip: its bytes, and what makes it known when it comes back as audio. */
export interface Clip {
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** What the clip says, in seconds from its start, measured at the pauses. */
export const CLIP_SEGMENTS: readonly Segment[] = [
  { start: 0.05, end: 1.0, text: 'A token is brief,' },
  { start: 1.14, end: 2.08, text: 'so is this clip,' },
  { start: 2.22, end: 3.44, text: 'and both are nearly over.' },
];

/** What a transcription of the whole clip says beside its timeline. */
export const CLIP_EXTRAS: Extras = {
  summary:
    'A speaker says that a token is brief, that this clip is too, and that both are nearly over.',
  keywords: 'token, clip, brief',
  paragraphs: [SANDBOX_CLIP.text],
};

/** In the package, seen from here as well as from each folder of the bundle. */
const PLACE = '../../assets/clip.wav';

export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** @throws CliError `internal_error` when the package is incomplete */
export async function loadClip(): Promise<Clip> {
  const bytes = await readFile(new URL(PLACE, import.meta.url)).catch((cause: unknown) => {
    throw shortageOf(cause) ?? missing(cause);
  });
  return { bytes, sha256: sha256Of(bytes) };
}

function missing(cause: unknown): CliError {
  return new CliError('internal_error', 'The clip that belongs to the sandbox cannot be read.', {
    hint: 'Install vocalstack-token again.',
    cause,
  });
}
