import { durationOf } from '../audio';
import type { Clip } from '../clip';

/** The audio of one live stream: counted, and not kept. */
export interface LiveAudio {
  add(bytes: Buffer): void;
  isEmpty(): boolean;
  /** Whether all of it is measured, and not the beginning alone. */
  isShort(): boolean;
  /** Whether all of it so far is how the bundled clip begins. */
  isClip(): boolean;
  /** In seconds, where its header says how many bytes a second has; else null. */
  secondsByBytes(): number | null;
  /** The duration in seconds, as its container says it, or by the bit rate of its beginning where it is long; null where neither tells. */
  measure(options: Parameters<typeof durationOf>[1]): Promise<number | null>;
}

/** Enough for the header of every recorder, and for the whole of a short file. */
const HEAD_BYTES = 64 * 1024;

interface Wave {
  readonly bytesPerSecond: number;
  /** Where the sound begins. */
  readonly offset: number;
}

/** What the header of a WAV file says; null for other audio. http://soundfile.sapp.org/doc/WaveFormat/ */
function readWave(head: Buffer): Wave | null {
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
  let wave: Wave | null = null;

  return {
    add(chunk) {
      isClip &&= clip.bytes.subarray(bytes, bytes + chunk.length).equals(chunk);
      if (bytes < HEAD_BYTES) {
        chunk.copy(head, bytes);
        wave ??= readWave(head.subarray(0, bytes + chunk.length));
      }
      bytes += chunk.length;
    },
    isEmpty: () => bytes === 0,
    isShort: () => bytes <= HEAD_BYTES,
    isClip: () => isClip && bytes > 0,
    secondsByBytes: () => wave && Math.max(0, bytes - wave.offset) / wave.bytesPerSecond,
    async measure(options) {
      const whole = await durationOf(head.subarray(0, Math.min(bytes, HEAD_BYTES)), options);
      if (whole === null || bytes <= HEAD_BYTES) return whole;
      const half = await durationOf(head.subarray(0, HEAD_BYTES / 2), options);
      // A container that says the duration of all says the same of half of it.
      const isOfHead = half !== null && whole > half * 1.5;
      return isOfHead ? whole * (bytes / HEAD_BYTES) : whole;
    },
  };
}
