import type { WebSocket } from 'ws';
import type { Channel } from './channel';
import type { Fault } from './faults';
import type { Service } from './service';

/** A fault at `stream` lets so many messages through. */
const MESSAGES_BEFORE_FAULT = 2;
/** A connection that reads nothing does not notice when its peer is gone. */
const STALL_MS = 10 * 60_000;

/** What a fault at `stream` does to the messages of one connection. */
export interface StreamFault {
  /** Takes the fault that is to be played now, if there is one. */
  take(): void;
  /** Asked before each message. @returns whether the messages go on */
  passes(isLast: boolean): boolean;
  /** Whether the connection stays open and says nothing any more. */
  isStalled(): boolean;
}

export function createStreamFault(
  socket: WebSocket,
  channel: Pick<Channel, 'breakOff'>,
  { clock, faults }: Pick<Service, 'clock' | 'faults'>,
): StreamFault {
  let fault: Fault | null = null;
  let messagesLeft = MESSAGES_BEFORE_FAULT;
  let isStalled = false;

  const play = (action: string) => {
    if (action === 'garbage') {
      socket.send('<p>Sign in to use this network.</p>', () => {});
      return true;
    }
    if (action === 'stall') {
      isStalled = true;
      socket.pause();
      socket.on(
        'close',
        clock.timer(STALL_MS, () => socket.terminate()),
      );
    } else {
      channel.breakOff('stream:close');
    }
    return false;
  };

  return {
    take() {
      fault = faults.take('stream');
    },
    passes(isLast) {
      const played = messagesLeft <= 0 || isLast ? fault : null;
      messagesLeft -= 1;
      if (!played) return true;
      fault = null;
      return play(played.action);
    },
    isStalled: () => isStalled,
  };
}
