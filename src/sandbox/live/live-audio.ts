import { durationOf } from '../audio';
import type { Clip } from '../clip';

/** The audio of one live stream. The bytes are counted, and only the first HEAD_BYTES are stored. */
export interface LiveAudio {
  add(bytes: Buffer): void;
  isEmpty(): boolean;
  /** Whether `measure` reads the whole audio. If not, `measure` reads only the beginning. */
  isShort(): boolean;
  /** Whether the audio so far equals the beginning of the bundled clip. */
  isClip(): boolean;
  /** Returns the duration in seconds, from the byte rate in the WAV header. Returns null for other audio. */
  secondsByBytes(): number | null;
  /**
   * Returns the duration in seconds, as the container format of the audio states it. If long audio has no duration in its
   * container, the duration is estimated from the bit rate of the beginning. Returns null if the duration is not known.
   */
  measure(options: Parameters<typeof durationOf>[1]): Promise<number | null>;
}

/** Number of bytes that are stored. Enough for the header that any recorder writes, or for all of a short file. */
const HEAD_BYTES = 64 * 1024;

interface WavHeader {
  readonly bytesPerSecond: number;
  /** The position of the first byte of sound. */
  readonly offset: number;
}

/** Reads the header of a WAV file. Returns null for other audio. See http://soundfile.sapp.org/doc/WaveFormat/ */
function readWav(head: Buffer): WavHeader | null {
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') {
    return null;
  }
  let bytesPerSecond = 0;
  let at = 12;
  while (at + 8 <= head.length) {
    const name = head.toString('latin1', at, at + 4);
    if (name === 'fmt ' && at + 20 <= head.length) bytesPerSecond = head.readUInt32LE(at + 16);
    if (name === 'data') return bytesPerSecond > 0 ? { bytesPerSecond, offset: at + 8 } : null;
    const size = head.readUInt32LE(at + 4);
    at += 8 + size + (size % 2);
  }
  return null;
}

export function createLiveAudio(clip: Clip): LiveAudio {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  let bytes = 0;
  let isClip = true;
  let header: WavHeader | null = null;

  return {
    add(chunk) {
      isClip &&= clip.bytes.subarray(bytes, bytes + chunk.length).equals(chunk);
      if (bytes < HEAD_BYTES) {
        chunk.copy(head, bytes);
        header ??= readWav(head.subarray(0, bytes + chunk.length));
      }
      bytes += chunk.length;
    },
    isEmpty: () => bytes === 0,
    isShort: () => bytes <= HEAD_BYTES,
    isClip: () => isClip && bytes > 0,
    secondsByBytes: () => header && Math.max(0, bytes - header.offset) / header.bytesPerSecond,
    async measure(options) {
      const whole = await durationOf(head.subarray(0, Math.min(bytes, HEAD_BYTES)), options);
      if (whole === null || bytes <= HEAD_BYTES) return whole;
      const half = await durationOf(head.subarray(0, HEAD_BYTES / 2), options);
      // `whole` was measured from all stored bytes, and `half` from half of these bytes. If the audio states its total duration,
      // both are this duration. Otherwise each is the duration of only these bytes, so `whole` is much longer than `half`.
      const isOfHead = half !== null && whole > half * 1.5;
      return isOfHead ? whole * (bytes / HEAD_BYTES) : whole;
    },
  };
}
