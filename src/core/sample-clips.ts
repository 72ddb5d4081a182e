import { isLoopbackOrigin } from './origin';

/** A short clip whose words are known. `durationS` in seconds. */
export interface SampleClip {
  readonly text: string;
  readonly durationS: number;
}

/** The clip that every sandbox serves, at this path of its own. */
export const SANDBOX_CLIP = {
  path: '/sandbox/clip.wav',
  text: 'A token is brief, so is this clip, and both are nearly over.',
  durationS: 3.575,
} as const satisfies SampleClip & { readonly path: string };

/** A recording in the public domain (Kennedy, 1961), as OpenAI's whisper repository keeps it for its tests. */
export const PUBLIC_CLIP = {
  url: 'https://raw.githubusercontent.com/openai/whisper/main/tests/jfk.flac',
  text: 'ask not what your country can do for you',
  durationS: 11,
} as const satisfies SampleClip & { readonly url: string };

/** Where a server can get a clip that is known: from itself, if it is a sandbox. @param apiServer an origin */
export function sampleUrl(apiServer: string): string {
  return isLoopbackOrigin(apiServer) ? `${apiServer}${SANDBOX_CLIP.path}` : PUBLIC_CLIP.url;
}
