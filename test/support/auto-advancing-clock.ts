import { vi } from 'vitest';
import type { Socket } from '../../src/context/socket';
import { type FakeClock, fakeClock } from '../../src/system/clock';
import type { Network } from './run';

/** The state of the network in a test. It decides whether the clock may advance. */
export interface NetworkState {
  /** Whether the wait that is tested has begun. Until then the clock does not advance. */
  hasBegun(): boolean;
  /** Whether the server sends nothing useful any more. If so, the clock advances even while a request is pending. */
  isSilent(): boolean;
}

const ORDINARY: NetworkState = { hasBegun: () => true, isSilent: () => false };

export interface AutoAdvancingClock {
  readonly clock: FakeClock;
  /** Returns a network that forwards all requests to `real`. While one of the requests is pending, the clock does not advance. */
  watch(real: Network): Network;
  /**
   * Advances the clock to the next timer, again and again, until `work` is done. It does not advance while a request is pending.
   */
  advanceUntilDone<Value>(work: Promise<Value>, network?: NetworkState): Promise<Value>;
}

/**
 * The network counts as idle after this many turns of the event loop without a request. After an answer, the program may need
 * several turns before it sends the next request.
 */
const TURNS = 8;

const turn = () => new Promise((resolve) => setImmediate(resolve));
const zeroTimer = () => new Promise((resolve) => setTimeout(resolve));

/**
 * Whether the program is loading a module. On a busy machine, this takes more turns of the event loop than `TURNS`, and no
 * request is pending meanwhile.
 */
async function isLoading(): Promise<boolean> {
  let loading = true;
  void vi.dynamicImportSettled().then(() => {
    loading = false;
  });
  // If no module is loading, `dynamicImportSettled` resolves after one timer of 0 ms, so before the second of these timers ends.
  await zeroTimer();
  await zeroTimer();
  return loading;
}

/** Creates a clock for work that waits for minutes. While no request is pending, the clock advances without real waiting. */
export function autoAdvancingClock(): AutoAdvancingClock {
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
    async advanceUntilDone(work, { hasBegun, isSilent } = ORDINARY) {
      let isDone = false;
      const end = work.finally(() => {
        isDone = true;
      });
      while (!isDone) {
        const before = begun;
        for (let count = 0; count < TURNS && !isDone; count += 1) await turn();
        if (await isLoading()) continue;
        const [next] = clock.waiting();
        const isQuiet = (underWay === 0 && begun === before) || isSilent();
        if (hasBegun() && isQuiet && next !== undefined) await clock.advance(next);
      }
      return end;
    },
  };
}
