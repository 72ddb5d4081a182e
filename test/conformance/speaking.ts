import type { Message, TimelineItem } from './connection';
import type { Session } from './session';

/** A piece of text that may still change. */
export const isMarked = ({ pending, latest }: TimelineItem) => Boolean(pending || latest);

/** The moment at which the timeline of a message ends. */
export const endOf = (message?: Message) => message?.data?.timeline.at(-1)?.end ?? 0;

/** Sends pieces of audio, and waits after each until the timeline has grown. */
export async function speak(session: Session, pieces: readonly Uint8Array[]): Promise<Message[]> {
  const seen: Message[] = [];
  for (const piece of pieces) {
    const before = endOf(seen.at(-1));
    session.sendBuffer(piece);
    seen.push(...(await session.until((message) => endOf(message) > before)));
  }
  return seen;
}
