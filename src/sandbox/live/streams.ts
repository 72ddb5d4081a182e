import type { Fault } from '../faults';
import type { LiveJob } from '../jobs';
import type { Session } from '../sessions';
import type { TranscriptionDependencies } from '../transcribe';
import { type Stream, startStream } from './stream';

export interface LiveStreams {
  /** Starts a stream, which then accepts audio. The stream ends if no audio arrives for `job.timeoutS` seconds. */
  start(session: Session, job: LiveJob, fault: Fault | null): void;
  /** Adds audio to a stream. After the end of the stream, the audio is dropped. */
  push(session: Session, bytes: Buffer): void;
  /** Ends a stream and sends its transcript. Does nothing if the stream is not running. */
  stop(session: Session): void;
}

export function createLiveStreams(dependencies: TranscriptionDependencies): LiveStreams {
  const streams = new Map<string, Stream>();
  dependencies.signal.addEventListener('abort', () => {
    for (const stream of [...streams.values()]) stream.cancel();
  });
  return {
    start(session, job, fault) {
      const onEnd = () => streams.delete(session.id);
      streams.set(session.id, startStream(session, job, fault, dependencies, onEnd));
    },
    push: (session, bytes) => streams.get(session.id)?.push(bytes),
    stop: (session) => streams.get(session.id)?.stop(),
  };
}
