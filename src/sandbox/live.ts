import { durationOf, isClip, labelAudio } from './audio';
import { CLIP_SEGMENTS } from './clip';
import type { Fault } from './faults';
import { cutAt, type LiveJob } from './jobs';
import { Refusal, toRefusal } from './refusal';
import type { Session } from './sessions';
import { failed, type Workshop } from './transcribe';

/** The live streams that are running. */
export interface LiveStreams {
  /** From here on audio is taken; the stream ends by itself when nothing comes any more. */
  start(session: Session, job: LiveJob, fault: Fault | null): void;
  /** Audio as it comes; what comes after the end is dropped. */
  push(session: Session, bytes: Buffer): void;
  /** Ends a stream: the transcript follows. A stream that is not running is left as it is. */
  stop(session: Session): void;
}

interface Stream {
  readonly job: LiveJob;
  readonly fault: Fault | null;
  readonly startedAt: number;
  readonly chunks: Buffer[];
  bytes: number;
  cancelLimit: () => void;
  cancelTimeout: () => void;
}

/** What a chunk costs beside its bytes, so that many tiny ones are bounded too. */
const CHUNK_COST = 128;

export function createLiveStreams(shop: Workshop): LiveStreams {
  const { clock, limits } = shop;
  const streams = new Map<string, Stream>();
  let held = 0;

  const end = (session: Session): Stream | null => {
    const stream = streams.get(session.id);
    if (!stream) return null;
    stream.cancelLimit();
    stream.cancelTimeout();
    streams.delete(session.id);
    held -= stream.bytes;
    return stream;
  };

  const finish = async (session: Session, stream: Stream) => {
    const elapsedS = (clock.monotonic() - stream.startedAt) / 1000;
    session.update({ status: 'stopping' });
    if (stream.fault?.action === 'error') throw failed();
    const audio = Buffer.concat(stream.chunks);
    // A recorder's container says no duration, and a bare microphone has no container at all.
    const durationS = audio.length === 0 ? 0 : ((await durationOf(audio, shop)) ?? elapsedS);
    const heard = isClip(audio, shop.clip) ? CLIP_SEGMENTS : labelAudio(durationS);
    const isSilent = audio.length === 0 || stream.fault?.action === 'nothing';
    const timeline = isSilent ? [] : cutAt(heard, stream.job.maxDurationS);
    session.update({ status: 'done', durationS, timeline });
  };

  const stop = (session: Session) => {
    const stream = end(session);
    if (!stream) return;
    finish(session, stream).catch((error: unknown) => {
      session.update({ status: 'error', refusal: toRefusal(error) });
    });
  };

  const restartTimeout = (session: Session, stream: Stream) => {
    stream.cancelTimeout();
    stream.cancelTimeout = clock.timer(stream.job.timeoutS * 1000, () => stop(session));
  };

  shop.signal.addEventListener('abort', () => {
    for (const stream of streams.values()) {
      stream.cancelLimit();
      stream.cancelTimeout();
    }
    streams.clear();
  });

  return {
    start(session, job, fault) {
      const stream: Stream = {
        job,
        fault,
        startedAt: clock.monotonic(),
        chunks: [],
        bytes: 0,
        cancelLimit: () => {},
        cancelTimeout: () => {},
      };
      if (job.maxDurationS > 0) {
        stream.cancelLimit = clock.timer(job.maxDurationS * 1000, () => stop(session));
      }
      streams.set(session.id, stream);
      restartTimeout(session, stream);
      session.update({ status: 'processing', timeline: [] });
    },

    push(session, bytes) {
      const stream = streams.get(session.id);
      if (!stream) return;
      const cost = bytes.length + CHUNK_COST;
      if (stream.bytes + cost > limits.liveBytes || held + cost > limits.allLiveBytes) {
        end(session);
        session.update({ status: 'error', refusal: new Refusal(413, 'too much live audio') });
        return;
      }
      stream.chunks.push(bytes);
      stream.bytes += cost;
      held += cost;
      restartTimeout(session, stream);
    },

    stop,
  };
}
