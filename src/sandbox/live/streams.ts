import type { Fault } from '../faults';
import type { LiveJob } from '../jobs';
import type { Session } from '../sessions';
import type { Workshop } from '../transcribe';
import { type Stream, startStream } from './stream';

/** The live streams that are running. */
export interface LiveStreams {
  /** From here on audio is taken; the stream ends by itself when nothing comes any more. */
  start(session: Session, job: LiveJob, fault: Fault | null): void;
  /** Audio as it comes; what comes after the end is dropped. */
  push(session: Session, bytes: Buffer): void;
  /** Ends a stream: the transcript follows. A stream that is not running is left as it is. */
  stop(session: Session): void;
}

export function createLiveStreams(shop: Workshop): LiveStreams {
  const streams = new Map<string, Stream>();
  shop.signal.addEventListener('abort', () => {
    for (const stream of [...streams.values()]) stream.cancel();
  });
  return {
    start(session, job, fault) {
      const onEnd = () => streams.delete(session.id);
      streams.set(session.id, startStream(session, job, fault, shop, onEnd));
    },
    push: (session, bytes) => streams.get(session.id)?.push(bytes),
    stop: (session) => streams.get(session.id)?.stop(),
  };
}
