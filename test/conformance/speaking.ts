import type { Message, TimelineItem } from './connection';
import type { Session } from './session';

/** Whether an item of the timeline is marked as text that may still change. */
export const isMarked = ({ pending, latest }: TimelineItem) => Boolean(pending || latest);

/** Returns the time at which the timeline of a message ends, in seconds of audio. */
export const endOf = (message?: Message) => message?.data?.timeline.at(-1)?.end ?? 0;

/** Sends pieces of audio. After each piece, waits until the timeline has grown. Returns the messages. */
export async function speak(session: Session, pieces: readonly Uint8Array[]): Promise<Message[]> {
  const seen: Message[] = [];
  for (const piece of pieces) {
    const before = endOf(seen.at(-1));
    session.sendBuffer(piece);
    seen.push(...(await session.until((message) => endOf(message) > before)));
  }
  return seen;
}
