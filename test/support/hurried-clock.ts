import type { Socket } from '../../src/context/socket';
import { type FakeClock, fakeClock } from '../../src/system/clock';
import type { Network } from './run';

/** What a network in a test knows of itself. */
export interface NetworkState {
  /** Whether what is waited for has begun; before, time stands still. */
  hasBegun(): boolean;
  /** Whether it has nothing more to say, so that time passes although something is under way. */
  isMute(): boolean;
}

const ORDINARY: NetworkState = { hasBegun: () => true, isMute: () => false };

export interface HurriedClock {
  readonly clock: FakeClock;
  /** Watches the requests, so that the clock stands still while one is under way. */
  watch(real: Network): Network;
  /** Lets the work go on, and the time that it waits for pass at once, unless the network says otherwise. */
  hurry<Value>(work: Promise<Value>, network?: NetworkState): Promise<Value>;
}

/** Turns of the event loop in which an answer becomes the next request. */
const TURNS = 8;

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A clock for work that waits long: it goes from one timer to the next, and stands still while the network is at work. */
export function hurriedClock(): HurriedClock {
  const clock = fakeClock();
  let underWay = 0;
  let begun = 0;

  async function during<Value>(work: Promise<Value>): Promise<Value> {
    underWay += 1;
    begun += 1;
    try {
      return await work;
    } finally {
      underWay -= 1;
    }
  }

  const watchSocket = (socket: Socket): Socket => ({
    send: (data) => during(socket.send(data)),
    next: () => during(socket.next()),
    close: () => during(socket.close()),
  });

  return {
    clock,
    watch: ({ http, connect }) => ({
      http: { ...http, send: (request) => during(http.send(request)) },
      connect: async (url, options) => watchSocket(await during(connect(url, options))),
    }),
    async hurry(work, { hasBegun, isMute } = ORDINARY) {
      let isDone = false;
      const end = work.finally(() => {
        isDone = true;
      });
      while (!isDone) {
        const before = begun;
        for (let count = 0; count < TURNS && !isDone; count += 1) await turn();
        const [next] = clock.waiting();
        const isQuiet = (underWay === 0 && begun === before) || isMute();
        if (hasBegun() && isQuiet && next !== undefined) await clock.advance(next);
      }
      return end;
    },
  };
}
