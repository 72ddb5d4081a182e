import type { Segment } from '../../core/transcript';
import { CLIP_SEGMENTS } from '../clip';
import { yieldToEventLoop } from '../event-loop';
import type { Fault } from '../faults';
import type { LiveJob } from '../jobs';
import { toRefusal } from '../refusal';
import type { Session } from '../sessions';
import { failed, type TranscriptionDependencies } from '../transcribe';
import {
  clipTranscript,
  limitOf,
  placeholderTranscript,
  SILENCE,
  type Transcript,
} from '../transcript';
import { markLatest, piecesBy, placeholderPieces } from './captions';
import { createLiveAudio } from './live-audio';
import { followLivestream } from './livestream';

export interface Stream {
  push(bytes: Buffer): void;
  /** Ends the stream and sends the transcript. */
  stop(): void;
  /** Ends the stream without a message. */
  cancel(): void;
}

/**
 * Minimum amount of new audio before the next message: STEP_S seconds, or the share STEP_SHARE of the audio so far if that is
 * more. Reason: each message repeats the texts of all earlier messages.
 */
const STEP_S = 0.25;
const STEP_SHARE = 1 / 1000;
/**
 * If the audio is longer than this number multiplied by the time in which it arrived, the client has sent a file instead of live
 * speech.
 */
const FASTER_THAN_SPEECH = 2;

/** Starts a live stream. @param onEnd called when the stream accepts no more audio, for any reason */
export function startStream(
  session: Session,
  job: LiveJob,
  fault: Fault | null,
  dependencies: TranscriptionDependencies,
  onEnd: () => void,
): Stream {
  const { clock, paceMs, signal } = dependencies;
  const audio = createLiveAudio(dependencies.clip);
  const ending = new AbortController();
  const startedAt = clock.monotonic();
  let lastAudioAt = startedAt;
  let fetchedS = 0;
  let sentAt = Number.NEGATIVE_INFINITY;
  let sentS = 0;
  let isUpdateScheduled = false;
  let isOpen = true;
  let cancelLimit = () => {};
  let cancelTimeout = () => {};
  let cancelUpdate = () => {};

  const isEmpty = () => audio.isEmpty() && fetchedS === 0;
  // Returns the duration of the audio so far, in seconds. If the client sends audio of unknown byte rate, returns the time from
  // the start of the stream to the latest audio. Reason: a recorder writes the duration into the audio only when the recording
  // ends.
  const seconds = () => {
    if (job.livestreamUrl !== null) return fetchedS;
    return audio.isEmpty() ? 0 : (audio.secondsByBytes() ?? (lastAudioAt - startedAt) / 1000);
  };
  const limitS = limitOf(job.maxDurationS);
  const limited = (all: number) => Math.min(all, limitS);

  const timeline = () => {
    const audioS = limited(seconds());
    const pieces: readonly Segment[] = audio.isClip()
      ? piecesBy(CLIP_SEGMENTS, audioS)
      : placeholderPieces(audioS);
    if (fault?.action === 'nothing') return [];
    return markLatest(pieces, (pieces.at(-1)?.end ?? 0) >= audioS);
  };

  const sendUpdate = () => {
    isUpdateScheduled = false;
    sentAt = clock.monotonic();
    sentS = seconds();
    session.update({ status: 'processing', timeline: timeline() });
  };
  const scheduleUpdate = () => {
    if (isUpdateScheduled || seconds() < sentS + Math.max(STEP_S, sentS * STEP_SHARE)) return;
    const waitMs = sentAt + paceMs - clock.monotonic();
    isUpdateScheduled = true;
    if (waitMs > 0) cancelUpdate = clock.timer(waitMs, sendUpdate);
    else sendUpdate();
  };

  const cancel = () => {
    isOpen = false;
    ending.abort();
    cancelLimit();
    cancelTimeout();
    cancelUpdate();
    onEnd();
  };

  const transcriptOf = (audioS: number): Transcript => {
    if (isEmpty() || fault?.action === 'nothing') return SILENCE;
    if (audio.isClip()) return clipTranscript(audioS);
    return placeholderTranscript(placeholderPieces(audioS));
  };

  /**
   * Returns the duration of all audio, in seconds. For long audio of unknown byte rate, the measured duration is only an
   * estimate. The estimate is used only if the audio came faster than speech. Otherwise the result is the time from the start of
   * the stream to the latest audio. If the client or `maxDurationS` has stopped the stream, it is the time from start to stop.
   */
  const measure = async () => {
    const counted = seconds();
    const isExact = job.livestreamUrl !== null || isEmpty() || audio.secondsByBytes() !== null;
    if (isExact) return counted;
    const measured = (await audio.measure(dependencies)) ?? counted;
    return audio.isShort() || measured > FASTER_THAN_SPEECH * counted ? measured : counted;
  };

  const finish = async () => {
    session.update({ status: 'stopping', timeline: timeline() });
    if (fault?.action === 'error') throw failed();
    const audioS = limited(await measure());
    await (paceMs > 0 ? clock.sleep(paceMs, signal) : yieldToEventLoop());
    const { pieces, extras } = transcriptOf(audioS);
    session.update({ status: 'done', durationS: audioS, timeline: pieces, extras });
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
    lastAudioAt = clock.monotonic();
    end();
  };

  const onAudio = () => {
    lastAudioAt = clock.monotonic();
    if (seconds() >= limitS) {
      end();
      return;
    }
    restartTimeout();
    scheduleUpdate();
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
      onAudio();
      if (paceMs > 0 && !ending.signal.aborted) await clock.sleep(paceMs, ending.signal);
    };
    followLivestream(job.livestreamUrl, dependencies, ending.signal, onSegment).then(
      end,
      (error) => {
        if (ending.signal.aborted) return;
        cancel();
        fail(error);
      },
    );
  }

  return {
    push(bytes) {
      if (job.livestreamUrl !== null) return;
      audio.add(bytes);
      onAudio();
    },
    stop,
    cancel,
  };
}
