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

/** What the work on audio needs from the sandbox around it. */
export interface Workshop {
  readonly clock: Clock;
  /** For the network: to put the clock of the sandbox forward ends no transfer. */
  readonly realClock: Clock;
  /** Aborts when the sandbox closes. */
  readonly signal: AbortSignal;
  readonly clip: Clip;
  readonly limits: Limits;
  readonly audioNetwork: AudioNetwork;
  readonly allowPrivateAudio: boolean;
  /** Between two messages about progress, in milliseconds. */
  readonly paceMs: number;
}

const MAX_REDIRECTS = 3;
/** Longer transcripts grow by several pieces a message. */
const MAX_MESSAGES = 20;
/** Each message repeats what the earlier ones said, and a client may not keep up with them. */
const MAX_SENT_BYTES = 4 * 1024 * 1024;
/** How far real and demanded duration may be apart, in seconds. */
const DURATION_TOLERANCE_S = 1;

export const failed = () => new Refusal(500, 'the sandbox was told to fail this transcription');

async function readAudio(job: UrlJob, fault: Fault | null, shop: Workshop): Promise<Heard> {
  const options: FetchOptions = {
    network: shop.audioNetwork,
    allowsPrivate: shop.allowPrivateAudio,
    clock: shop.realClock,
    signal: shop.signal,
    maxBytes: shop.limits.audioBytes,
    timeoutMs: shop.limits.fetchMs,
  };
  const target = { href: job.url, address: null, maxRedirects: MAX_REDIRECTS };
  const { bytes, url, address } = await fetchBounded(target, options);
  const durationS = await durationOf(bytes, shop);
  if (durationS === null) throw new Refusal(422, REASONS.audioInvalid);
  const isOff =
    job.durationS !== null && Math.abs(job.durationS - durationS) > DURATION_TOLERANCE_S;
  if (isOff || fault?.action === 'duration-guard') throw new Refusal(422, REASONS.durationGuard);
  if (fault?.action === 'nothing') return { durationS, transcript: SILENCE };
  const audio = { bytes, url, address, durationS };
  const within = { ...options, maxBytes: shop.limits.textBytes };
  return {
    durationS,
    transcript: await transcriptOf(audio, job.maxDurationS, shop.clip, within),
  };
}

interface Heard {
  readonly durationS: number;
  readonly transcript: Transcript;
}

async function tell(
  session: Session,
  { durationS, transcript: { pieces, extras } }: Heard,
  fault: Fault | null,
  shop: Workshop,
) {
  const pause = () =>
    shop.paceMs > 0 ? shop.clock.sleep(shop.paceMs, shop.signal) : Promise.resolve();
  const messages = Math.min(MAX_MESSAGES, Math.floor(MAX_SENT_BYTES / sizeOf(pieces)));
  const step = Math.max(1, Math.ceil(pieces.length / messages));
  session.update({ status: 'processing', progress: 0, timeline: [], durationS });
  for (let count = step; count < pieces.length + step; count += step) {
    await pause();
    const heard = pieces.slice(0, count);
    const timeline = heard.map((piece, at) =>
      at === heard.length - 1 ? { ...piece, latest: true } : piece,
    );
    const progress = Math.round((100 * heard.length) / (pieces.length + 1)) / 100;
    session.update({ status: 'processing', progress, timeline });
    if (fault?.action === 'error') throw failed();
  }
  await pause();
  if (fault?.action === 'error') throw failed();
  session.update({ status: 'done', progress: 1, timeline: pieces, extras });
}

/** Does the work of a started session to its end, whoever watches; never rejects. */
export async function transcribeUrl(
  session: Session,
  job: UrlJob,
  fault: Fault | null,
  shop: Workshop,
  semaphore: Semaphore,
): Promise<void> {
  session.update({ status: 'waiting', progress: 0 });
  try {
    const heard = await semaphore.run(() => readAudio(job, fault, shop));
    await tell(session, heard, fault, shop);
  } catch (error) {
    if (shop.signal.aborted) return;
    session.update({ status: 'error', refusal: toRefusal(error) });
  }
}
