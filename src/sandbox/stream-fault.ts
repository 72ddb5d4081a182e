import type { WebSocket } from 'ws';
import type { Channel } from './channel';
import type { Fault } from './faults';
import type { Service } from './service';

/**
 * Number of messages that are sent before a `stream` fault happens. If the stream has fewer messages, the fault happens at the
 * last message.
 */
const MESSAGES_BEFORE_FAULT = 2;
/**
 * A stalled connection is closed after this time, in milliseconds. Reason: the sandbox does not read a stalled connection, so it
 * cannot notice that the client has disconnected.
 */
const STALL_MS = 10 * 60_000;

export interface StreamFault {
  /** Reserves a `stream` fault for this connection, if one is active. */
  take(): void;
  /**
   * Called before each message. Injects the reserved fault after MESSAGES_BEFORE_FAULT messages, or at the last message.
   * @returns whether the message may be sent
   */
  passes(isLast: boolean): boolean;
  /** Whether the fault has stalled the connection. A stalled connection stays open, but sends no messages. */
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
