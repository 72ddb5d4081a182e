import { textAt } from '../messages';
import type { Presented } from '../polyglot/polyglots';
import { Refusal } from '../refusal';
import type { Session } from '../sessions';
import type { Follower } from './follower';

/** What a presentation tells of a transcription. */
function activeOf(transcription: Session) {
  const { id, start, end, status, operation, flags, timeline, polyglot_id, keywords } =
    transcription.latest().data;
  return { id, polyglot_id, start, end, status, operation, flags, timeline, keywords };
}

/**
 * Its status is that of the presentation, which goes on from one transcription to the next: at `done` the SDK would close the
 * connection. How far a transcription is, it says itself.
 */
function messageOf({ session, transcription }: Presented) {
  const { id, name, link, fullUrl, is_public, requests } = session;
  const presented = { id, name, link, fullUrl, is_public, requests };
  return {
    status: transcription ? 'processing' : 'waiting',
    data: { session: presented, activeTranscription: transcription && activeOf(transcription) },
  };
}

const deleted = () => new Refusal(404, 'the polyglot session was deleted');

/** A polyglot session to its audience: the live transcriptions that have its id, one after the other. */
export const PRESENTATION: Follower = {
  pattern: '/async/polyglot/:id',
  use: 'read',
  async open({ service, id: link, headers }) {
    const password = textAt(headers, 'password') ?? '';
    const presentation = await service.polyglots.present(link, password);
    const required = () => {
      const presented = presentation.now();
      if (!presented) throw deleted();
      return presented;
    };
    return {
      session: required().session.id,
      now: () => messageOf(required()),
      follow(outlet) {
        let stopListening = () => {};
        const show = (presented: Presented) => {
          stopListening();
          const { transcription } = presented;
          // Pages read the transcription of a message without a look whether there is one.
          if (!transcription) return;
          outlet.send(messageOf(presented));
          stopListening = transcription.watch(({ status }) =>
            outlet.send(messageOf(presented), status === 'processing'),
          );
        };
        show(required());
        const stopWatching = presentation.watch((next) => {
          if (next) show(next);
          else outlet.fail(deleted());
        });
        return () => {
          stopWatching();
          stopListening();
        };
      },
    };
  },
};
