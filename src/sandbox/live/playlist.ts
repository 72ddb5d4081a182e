/** The parts of an HLS playlist that the sandbox reads: https://www.rfc-editor.org/rfc/rfc8216 */
export interface Playlist {
  /** The address of the first variant of the stream. Null if the playlist has segments, or has no variants. */
  readonly variant: string | null;
  readonly segments: readonly PlaylistSegment[];
  /** The media sequence number of the first segment in the playlist. */
  readonly sequence: number;
  /** The maximum duration of a segment, in seconds. */
  readonly targetS: number;
  /** Whether the playlist contains the last segment of the stream. */
  readonly isComplete: boolean;
}

interface PlaylistSegment {
  /** The address as the playlist contains it. It is often relative. */
  readonly address: string;
  readonly durationS: number;
}

const DEFAULT_TARGET_S = 6;
const LONGEST_S = 3600;

const numberAfter = (line: string) => {
  const number = Number.parseFloat(line.slice(line.indexOf(':') + 1));
  return Number.isFinite(number) && number >= 0 ? number : 0;
};

/** Parses an HLS playlist. Returns null for any other text. */
export function parsePlaylist(text: string): Playlist | null {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.replace(/^\ufeff/, '').trim())
    .filter((line) => line !== '');
  if (lines[0] !== '#EXTM3U') return null;
  const segments: PlaylistSegment[] = [];
  let variant: string | null = null;
  let sequence = 0;
  let targetS = DEFAULT_TARGET_S;
  let durationS: number | null = null;
  let isVariant = false;
  for (const line of lines) {
    if (line.startsWith('#EXTINF:')) durationS = Math.min(numberAfter(line), LONGEST_S);
    else if (line.startsWith('#EXT-X-STREAM-INF:')) isVariant = true;
    else if (line.startsWith('#EXT-X-MEDIA-SEQUENCE:')) sequence = Math.floor(numberAfter(line));
    else if (line.startsWith('#EXT-X-TARGETDURATION:')) targetS = Math.max(1, numberAfter(line));
    else if (!line.startsWith('#')) {
      if (isVariant) variant ??= line;
      else if (durationS !== null) segments.push({ address: line, durationS });
      isVariant = false;
      durationS = null;
    }
  }
  const isComplete = lines.includes('#EXT-X-ENDLIST');
  return {
    variant: segments.length === 0 ? variant : null,
    segments,
    sequence,
    targetS: Math.min(targetS, LONGEST_S),
    isComplete,
  };
}
