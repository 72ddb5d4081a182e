import { textAt } from '../messages';
import type { PresentationState } from '../polyglot/polyglots';
import { Refusal } from '../refusal';
import type { Session } from '../sessions';
import type { Follower } from './follower';

/** Returns the members of a transcription that are sent to the audience of a polyglot session. */
function activeOf(transcription: Session) {
  const { id, start, end, status, operation, flags, timeline, polyglot_id, keywords } =
    transcription.latest().data;
  return { id, polyglot_id, start, end, status, operation, flags, timeline, keywords };
}

/**
 * Returns the message to the audience of a polyglot session. Its `status` describes the polyglot session, and is never `done`.
 * Reason: after `done`, the SDK would close the connection and miss the next transcription. The status of the transcription
 * itself is in `activeTranscription`.
 */
function messageOf({ session, transcription }: PresentationState) {
  const { id, name, link, fullUrl, is_public, requests } = session;
  const presented = { id, name, link, fullUrl, is_public, requests };
  return {
    status: transcription ? 'processing' : 'waiting',
    data: { session: presented, activeTranscription: transcription && activeOf(transcription) },
  };
}

const deleted = () => new Refusal(404, 'the polyglot session was deleted');

/** Shows a polyglot session to its audience: sends the live transcriptions of the session, one after the other. */
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
      follow(sink) {
        let stopListening = () => {};
        const show = (presented: PresentationState) => {
          stopListening();
          const { transcription } = presented;
          // Without a transcription, no message is sent. Reason: pages read `activeTranscription` without checking that it is
          // present.
          if (!transcription) return;
          sink.send(messageOf(presented));
          stopListening = transcription.watch(({ status }) =>
            sink.send(messageOf(presented), status === 'processing'),
          );
        };
        show(required());
        const stopWatching = presentation.watch((next) => {
          if (next) show(next);
          else sink.fail(deleted());
        });
        return () => {
          stopWatching();
          stopListening();
        };
      },
    };
  },
};
