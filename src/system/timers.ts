/**
 * The timers of Node.js, saved when the package is loaded. Reason: fake timers of a test framework would stop our requests. jsdom
 * also lacks some timers and stops others. The build uses these functions instead of the global timers, in our code and in
 * bundled packages: see `transform` in rolldown.config.ts.
 */
import { nextTick as nodeNextTick } from 'node:process';
import {
  clearTimeout as nodeClearTimeout,
  setImmediate as nodeSetImmediate,
  setTimeout as nodeSetTimeout,
} from 'node:timers';

type Callback = (...args: unknown[]) => void;

const PROMISIFY = Symbol.for('nodejs.util.promisify.custom');

/**
 * Whether the timers were already replaced. Fake timers of Vitest and Jest have a property `clock`. Fake timers of node:test lack
 * a property that real timers have.
 */
const isFake = 'clock' in nodeSetTimeout || !(PROMISIFY in nodeSetTimeout);

/**
 * Creates a timer from the timeout of an unconnected socket, because no test framework replaces that timeout. The open message
 * port keeps the process alive until the timer fires.
 */
function timerOfSocket(callback: Callback, ms = 0, ...args: unknown[]) {
  const { port1: port } = new (process.getBuiltinModule('node:worker_threads').MessageChannel)();
  const socket = new (process.getBuiltinModule('node:net').Socket)();
  const timer = {
    unref() {
      port.unref();
      return timer;
    },
    clear() {
      port.close();
      socket.destroy();
    },
  };
  port.ref();
  socket.setTimeout(Math.max(1, ms), () => {
    timer.clear();
    callback(...args);
  });
  return timer;
}

// Copy the functions now: the imported names change when a test framework replaces the timers.
const own = {
  setTimeout: nodeSetTimeout,
  clearTimeout: nodeClearTimeout,
  setImmediate: nodeSetImmediate,
};

interface Timers {
  readonly setTimeout: typeof nodeSetTimeout;
  readonly clearTimeout: typeof nodeClearTimeout;
  readonly setImmediate: typeof nodeSetImmediate;
}

/** Timers for the case that fake timers were installed before this package was loaded, for example in a setup file. */
const substitutes = {
  setTimeout: timerOfSocket,
  clearTimeout: (timer?: ReturnType<typeof timerOfSocket> | null) => timer?.clear(),
  setImmediate: (callback: Callback, ...args: unknown[]) => timerOfSocket(callback, 0, ...args),
} as unknown as Timers;

export const { setTimeout, clearTimeout, setImmediate }: Timers = isFake ? substitutes : own;

/**
 * The `nextTick` of the real process. A test environment may use a copy of `process`, and Jest replaces `nextTick` of that copy.
 */
export const nextTick = nodeNextTick.bind(null);

export function queueMicrotask(callback: () => void): void {
  void Promise.resolve().then(callback);
}
