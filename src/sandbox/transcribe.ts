import { REASONS } from '../api/protocol';
import type { Clock } from '../context/clock';
import type { Semaphore } from '../core/semaphore';
import { durationOf, transcriptOf } from './audio';
import type { AudioNetwork } from './audio-connection';
import type { Clip } from './clip';
import type { Fault } from './faults';
import { type FetchOptions, fetchBounded } from './fetch-audio';
import type { UrlJob } from './jobs';
import type { Limits } from './limits';
import { Refusal, toRefusal } from './refusal';
import { sizeOf } from './segments';
import type { Session } from './sessions';
import { SILENCE, type Transcript } from './transcript';

/** The parts of the sandbox that a transcription uses. */
export interface TranscriptionDependencies {
  readonly clock: Clock;
  /** The clock for network timeouts. Reason: advancing the sandbox's clock must not end a transfer. */
  readonly realClock: Clock;
  /** Aborts when the sandbox is reset or closes. */
  readonly signal: AbortSignal;
  readonly clip: Clip;
  readonly limits: Limits;
  readonly audioNetwork: AudioNetwork;
  readonly allowPrivateAudio: boolean;
  /** The time between two progress messages, in milliseconds. */
  readonly paceMs: number;
}

const MAX_REDIRECTS = 3;
/**
 * Maximum number of progress messages. Each message adds one timed text of the transcript, or several if there are more timed
 * texts than messages.
 */
const MAX_MESSAGES = 20;
/**
 * Maximum size of all progress messages of one transcription together, in bytes. Reason: each message repeats the texts of all
 * earlier messages, and messages to a slow client wait in memory.
 */
const MAX_SENT_BYTES = 4 * 1024 * 1024;
/** Allowed difference between the real and the requested duration, in seconds. */
const DURATION_TOLERANCE_S = 1;

export const failed = () => new Refusal(500, 'an injected fault prevented this transcription');

async function readAudio(
  job: UrlJob,
  fault: Fault | null,
  dependencies: TranscriptionDependencies,
): Promise<DecodedAudio> {
  const options: FetchOptions = {
    network: dependencies.audioNetwork,
    allowsPrivate: dependencies.allowPrivateAudio,
    clock: dependencies.realClock,
    signal: dependencies.signal,
    maxBytes: dependencies.limits.audioBytes,
    timeoutMs: dependencies.limits.fetchMs,
  };
  const target = { href: job.url, address: null, maxRedirects: MAX_REDIRECTS };
  const { bytes, url, address } = await fetchBounded(target, options);
  const durationS = await durationOf(bytes, dependencies);
  if (durationS === null) throw new Refusal(422, REASONS.audioInvalid);
  const isWrongDuration =
    job.durationS !== null && Math.abs(job.durationS - durationS) > DURATION_TOLERANCE_S;
  if (isWrongDuration || fault?.action === 'duration-guard')
    throw new Refusal(422, REASONS.durationGuard);
  if (fault?.action === 'nothing') return { durationS, transcript: SILENCE };
  const audio = { bytes, url, address, durationS };
  const within = { ...options, maxBytes: dependencies.limits.textBytes };
  return {
    durationS,
    transcript: await transcriptOf(audio, job.maxDurationS, dependencies.clip, within),
  };
}

interface DecodedAudio {
  readonly durationS: number;
  readonly transcript: Transcript;
}

async function sendUpdates(
  session: Session,
  { durationS, transcript: { pieces, extras } }: DecodedAudio,
  fault: Fault | null,
  dependencies: TranscriptionDependencies,
) {
  const pause = () =>
    dependencies.paceMs > 0
      ? dependencies.clock.sleep(dependencies.paceMs, dependencies.signal)
      : Promise.resolve();
  const messages = Math.min(MAX_MESSAGES, Math.floor(MAX_SENT_BYTES / sizeOf(pieces)));
  const step = Math.max(1, Math.ceil(pieces.length / messages));
  session.update({ status: 'processing', progress: 0, timeline: [], durationS });
  for (let count = step; count < pieces.length + step; count += step) {
    await pause();
    const shown = pieces.slice(0, count);
    const timeline = shown.map((piece, at) =>
      at === shown.length - 1 ? { ...piece, latest: true } : piece,
    );
    const progress = Math.round((100 * shown.length) / (pieces.length + 1)) / 100;
    session.update({ status: 'processing', progress, timeline });
    if (fault?.action === 'error') throw failed();
  }
  await pause();
  if (fault?.action === 'error') throw failed();
  session.update({ status: 'done', progress: 1, timeline: pieces, extras });
}

/** Transcribes the audio of a started session. Continues if the client disconnects. The promise never rejects. */
export async function transcribeUrl(
  session: Session,
  job: UrlJob,
  fault: Fault | null,
  dependencies: TranscriptionDependencies,
  semaphore: Semaphore,
): Promise<void> {
  session.update({ status: 'waiting', progress: 0 });
  try {
    const decoded = await semaphore.run(() => readAudio(job, fault, dependencies));
    await sendUpdates(session, decoded, fault, dependencies);
  } catch (error) {
    if (dependencies.signal.aborted) return;
    session.update({ status: 'error', refusal: toRefusal(error) });
  }
}
