import { isLoopbackOrigin } from './origin';

/** A short audio clip with known words. `durationS` is in seconds. */
export interface SampleClip {
  readonly text: string;
  readonly durationS: number;
}

export const SANDBOX_CLIP = {
  path: '/sandbox/clip.wav',
  text: 'A token is brief, so is this clip, and both are nearly over.',
  durationS: 3.575,
} as const satisfies SampleClip & { readonly path: string };

/** A recording in the public domain (Kennedy, 1961), from the tests of OpenAI's whisper repository. */
export const PUBLIC_CLIP = {
  url: 'https://raw.githubusercontent.com/openai/whisper/main/tests/jfk.flac',
  text: 'ask not what your country can do for you',
  durationS: 11,
} as const satisfies SampleClip & { readonly url: string };

/**
 * Returns the URL of a sample clip that the API server can fetch. For a server on this machine, this is the clip that a
 * sandbox serves.
 * @param apiServer the origin of the API server
 */
export function sampleUrl(apiServer: string): string {
  return isLoopbackOrigin(apiServer) ? `${apiServer}${SANDBOX_CLIP.path}` : PUBLIC_CLIP.url;
}
