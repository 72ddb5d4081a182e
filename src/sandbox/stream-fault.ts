import type { WebSocket } from 'ws';
import type { Channel } from './channel';
import type { Fault } from './faults';
import type { Service } from './service';

/** How many messages are sent before a `stream` fault. */
const MESSAGES_BEFORE_FAULT = 2;
/** A stalled connection ends after this time: it reads nothing, so it does not notice that the client is gone. */
const STALL_MS = 10 * 60_000;

/** The `stream` fault of one connection. */
export interface StreamFault {
  /** Uses up a fault, if one is active. */
  take(): void;
  /** Called before each message. @returns whether it may be sent */
  passes(isLast: boolean): boolean;
  /** Whether the connection stays open without messages. */
  isStalled(): boolean;
}

export function createStreamFault(
  socket: WebSocket,
  channel: Pick<Channel, 'closeByFault'>,
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
      channel.closeByFault('stream:close');
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
