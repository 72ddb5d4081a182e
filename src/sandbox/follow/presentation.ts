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

function messageOf({ session, transcription }: Presented): object {
  const { id, name, link, fullUrl, is_public, requests } = session;
  const presented = { id, name, link, fullUrl, is_public, requests };
  if (!transcription) {
    return { status: 'waiting', data: { session: presented, activeTranscription: null } };
  }
  const activeTranscription = activeOf(transcription);
  return { ...transcription.latest(), data: { session: presented, activeTranscription } };
}

/** A polyglot session to its audience: the live transcriptions that have its id, one after the other. */
export const PRESENTATION: Follower = {
  pattern: '/async/polyglot/:id',
  use: 'read',
  async open({ service, id: link, headers }) {
    const password = textAt(headers, 'password') ?? '';
    const presentation = await service.polyglots.present(link, password);
    return {
      session: presentation.now.session.id,
      now: () => messageOf(presentation.now),
      follow(outlet) {
        let presented = presentation.now;
        let stopListening = () => {};
        const show = (next: Presented) => {
          presented = next;
          stopListening();
          const { transcription } = next;
          // Pages read the transcription of a message without a look whether there is one.
          if (!transcription) return;
          outlet.send(messageOf(presented));
          stopListening = transcription.watch(() => outlet.send(messageOf(presented)));
        };
        show(presented);
        const stopWatching = presentation.watch((next) => {
          if (next) show(next);
          else outlet.fail(new Refusal(404, 'the polyglot session was deleted'));
        });
        return () => {
          stopWatching();
          stopListening();
        };
      },
    };
  },
};
