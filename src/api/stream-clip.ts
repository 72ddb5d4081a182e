import type { Clock } from '../context/clock';
import type { LiveSession } from './api';

const FRAME_MS = 100;

export interface AudioClip {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly durationS: number;
}

/**
 * Returns how many seconds of an audio clip are sent.
 * @param maxDurationS the maximum in seconds; 0 means no limit
 */
export function secondsToSend(clip: AudioClip, maxDurationS: number): number {
  return maxDurationS === 0 ? clip.durationS : Math.min(clip.durationS, maxDurationS);
}

/**
 * Sends an audio clip in real time, as a microphone does, and then tells the service that the audio has ended.
 * @param isOver returns whether the service has already finished; called before each piece of audio is sent
 * @param onProgress called with the fraction of the audio that has been sent, from 0 to 1
 */
export async function streamClip(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  session: LiveSession,
  clip: AudioClip,
  maxDurationS: number,
  isOver: () => boolean,
  onProgress: (fraction: number) => void,
): Promise<void> {
  const bytesPerSecond = clip.bytes.length / clip.durationS;
  const seconds = secondsToSend(clip, maxDurationS);
  const total = Math.min(clip.bytes.length, Math.ceil(bytesPerSecond * seconds));
  const startedAt = clock.monotonic();
  let sent = 0;
  while (sent < total && !isOver()) {
    const elapsedS = (clock.monotonic() - startedAt + FRAME_MS) / 1000;
    const due = Math.min(total, Math.ceil(bytesPerSecond * elapsedS));
    if (due > sent) await session.sendAudio(clip.bytes.subarray(sent, due));
    sent = due;
    onProgress(sent / total);
    if (sent < total) await clock.sleep(FRAME_MS, signal);
  }
  if (!isOver()) await session.stop();
}
