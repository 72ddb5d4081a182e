import type { Segment } from '../../core/transcript';
import { CLIP_SEGMENTS } from '../clip';
import type { Fault } from '../faults';
import type { LiveJob } from '../jobs';
import { nextTurn } from '../next-turn';
import { toRefusal } from '../refusal';
import type { Session } from '../sessions';
import { failed, type Workshop } from '../transcribe';
import {
  clipTranscript,
  limitOf,
  placeholderTranscript,
  SILENCE,
  type Transcript,
} from '../transcript';
import { markLast, piecesBy, placeholderPieces } from './captions';
import { createLiveAudio } from './live-audio';
import { followLivestream } from './livestream';

/** One live stream that takes audio. */
export interface Stream {
  push(bytes: Buffer): void;
  /** The transcript follows. */
  stop(): void;
  /** Ends it without a word. */
  cancel(): void;
}

/** By how much the audio grows between two messages, at least; in seconds, and as a share of all, since each message repeats all. */
const STEP_S = 0.25;
const STEP_SHARE = 1 / 1000;
/** Audio of a file is sent at least so many times as fast as it is spoken, unless it is sent as a microphone would. */
const FASTER = 2;

/** @param onEnd called when it takes no more audio, whatever ended it */
export function startStream(
  session: Session,
  job: LiveJob,
  fault: Fault | null,
  shop: Workshop,
  onEnd: () => void,
): Stream {
  const { clock, paceMs, signal } = shop;
  const audio = createLiveAudio(shop.clip);
  const ending = new AbortController();
  const startedAt = clock.monotonic();
  let heardAt = startedAt;
  let fetchedS = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let toldS = 0;
  let isTelling = false;
  let isOpen = true;
  let cancelLimit = () => {};
  let cancelTimeout = () => {};
  let cancelTell = () => {};

  const isEmpty = () => audio.isEmpty() && fetchedS === 0;
  // A recorder's container says no duration while it grows, and a bare microphone has no container at all.
  const seconds = () => {
    if (job.livestreamUrl !== null) return fetchedS;
    return audio.isEmpty() ? 0 : (audio.secondsByBytes() ?? (heardAt - startedAt) / 1000);
  };
  const limitS = limitOf(job.maxDurationS);
  const limited = (all: number) => Math.min(all, limitS);

  const timeline = () => {
    const heardS = limited(seconds());
    const pieces: readonly Segment[] = audio.isClip()
      ? piecesBy(CLIP_SEGMENTS, heardS)
      : placeholderPieces(heardS);
    if (fault?.action === 'nothing') return [];
    return markLast(pieces, (pieces.at(-1)?.end ?? 0) >= heardS);
  };

  const tell = () => {
    isTelling = false;
    toldAt = clock.monotonic();
    toldS = seconds();
    session.update({ status: 'processing', timeline: timeline() });
  };
  const tellSoon = () => {
    if (isTelling || seconds() < toldS + Math.max(STEP_S, toldS * STEP_SHARE)) return;
    const waitMs = toldAt + paceMs - clock.monotonic();
    isTelling = true;
    if (waitMs > 0) cancelTell = clock.timer(waitMs, tell);
    else tell();
  };

  const cancel = () => {
    isOpen = false;
    ending.abort();
    cancelLimit();
    cancelTimeout();
    cancelTell();
    onEnd();
  };

  const transcriptOf = (heardS: number): Transcript => {
    if (isEmpty() || fault?.action === 'nothing') return SILENCE;
    if (audio.isClip()) return clipTranscript(heardS);
    return placeholderTranscript(placeholderPieces(heardS));
  };

  /** All that was heard, in seconds. A bit rate only estimates, but tells audio that came faster than it is spoken. */
  const measure = async () => {
    const counted = seconds();
    const isExact = job.livestreamUrl !== null || isEmpty() || audio.secondsByBytes() !== null;
    if (isExact) return counted;
    const measured = (await audio.measure(shop)) ?? counted;
    return audio.isShort() || measured > FASTER * counted ? measured : counted;
  };

  const finish = async () => {
    session.update({ status: 'stopping', timeline: timeline() });
    if (fault?.action === 'error') throw failed();
    const heardS = limited(await measure());
    await (paceMs > 0 ? clock.sleep(paceMs, signal) : nextTurn());
    const { pieces, extras } = transcriptOf(heardS);
    session.update({ status: 'done', durationS: heardS, timeline: pieces, extras });
  };

  const fail = (error: unknown) => {
    if (signal.aborted) return;
    session.update({ status: 'error', refusal: toRefusal(error) });
  };

  const end = () => {
    if (!isOpen) return;
    cancel();
    finish().catch(fail);
  };
  const stop = () => {
    heardAt = clock.monotonic();
    end();
  };

  const hear = () => {
    heardAt = clock.monotonic();
    if (seconds() >= limitS) {
      end();
      return;
    }
    restartTimeout();
    tellSoon();
  };
  const restartTimeout = () => {
    cancelTimeout();
    cancelTimeout = clock.timer(job.timeoutS * 1000, end);
  };

  if (job.maxDurationS > 0) cancelLimit = clock.timer(job.maxDurationS * 1000, stop);
  restartTimeout();
  session.update({ status: 'processing', timeline: [] });
  if (job.livestreamUrl !== null) {
    const onSegment = async (durationS: number) => {
      fetchedS += durationS;
      hear();
      if (paceMs > 0 && !ending.signal.aborted) await clock.sleep(paceMs, ending.signal);
    };
    followLivestream(job.livestreamUrl, shop, ending.signal, onSegment).then(end, (error) => {
      if (ending.signal.aborted) return;
      cancel();
      fail(error);
    });
  }

  return {
    push(bytes) {
      if (job.livestreamUrl !== null) return;
      audio.add(bytes);
      hear();
    },
    stop,
    cancel,
  };
}
