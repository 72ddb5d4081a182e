import { languagesFrom } from '../jobs';
import { Refusal, toRefusal } from '../refusal';
import type { Service } from '../service';
import type { Session } from '../sessions';
import type { Follower, MessageSink } from './follower';

const message = (session: Session, status: string) => ({ status, data: session.details() });

/**
 * Translates the transcription into each of the languages, one after the other, and sends a message after each language. Then
 * sends the messages of the transcription until the transcription ends.
 */
async function translate(
  session: Session,
  languages: readonly string[],
  { clock, paceMs, signal }: Service,
  sink: MessageSink & { readonly isOver: () => boolean; watch(stop: () => void): void },
): Promise<void> {
  for (const [at, language] of languages.entries()) {
    if (paceMs > 0) await clock.sleep(paceMs, signal);
    if (sink.isOver()) return;
    session.addLanguages([language]);
    const isLast = at === languages.length - 1 && session.isFinished();
    sink.send(message(session, isLast ? 'done' : 'processing'));
  }
  if (session.isFinished()) {
    sink.finish();
    return;
  }
  const stop = session.watch(() => {
    const refusal = session.refusal();
    if (refusal) sink.fail(refusal);
    else if (session.isFinished()) sink.send(message(session, 'done'));
    else sink.send(message(session, 'processing'), true);
    if (!session.isFinished()) return;
    stop();
    if (!refusal) sink.finish();
  });
  sink.watch(stop);
}

/** Sends translations of a transcription, one language after the other. */
export const TRANSLATION: Follower = {
  pattern: '/async/transcription/:id/translate',
  use: 'session',
  open({ service, id, query }) {
    const languages = [...new Set(languagesFrom(query, 'languages'))];
    if (languages.length === 0) throw new Refusal(400, 'languages are missing');
    const session = service.sessions.find(id);
    if (!session?.isStarted()) throw new Refusal(404, 'there is no such transcription');
    if (session.refusal()) throw new Refusal(409, 'this transcription failed');
    return {
      session: session.id,
      now: () => message(session, 'processing'),
      follow(sink) {
        let isOver = false;
        let stopWatching = () => {};
        const watched = {
          ...sink,
          isOver: () => isOver,
          watch(stop: () => void) {
            stopWatching = stop;
            if (isOver) stop();
          },
        };
        translate(session, languages, service, watched).catch((error: unknown) => {
          if (!isOver && !service.signal.aborted) sink.fail(toRefusal(error));
        });
        return () => {
          isOver = true;
          stopWatching();
        };
      },
    };
  },
};
