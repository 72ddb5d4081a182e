/**
 * The timers of Node.js, saved when the package is loaded: fake timers of a test framework must not stop our requests, and jsdom
 * lacks some timers and stops others. The build uses these functions for the globals of the same names, in bundled packages, too:
 * see `transform` in rolldown.config.ts.
 */
import { nextTick as nodeNextTick } from 'node:process';
import {
  clearTimeout as nodeClearTimeout,
  setImmediate as nodeSetImmediate,
  setTimeout as nodeSetTimeout,
} from 'node:timers';

type Callback = (...args: unknown[]) => void;

const PROMISIFY = Symbol.for('nodejs.util.promisify.custom');

/** Fake timers of Vitest and Jest are marked. Those of node:test lack a property of Node.js's own. */
const isFake = 'clock' in nodeSetTimeout || !(PROMISIFY in nodeSetTimeout);

/** Uses the timeout of an unconnected socket, which no framework replaces. A message port keeps the process alive until then. */
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

// Copies: the imported names would change when a framework replaces the functions.
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

/** For a package that is loaded after the timers were replaced, as in a setup file. */
const substitutes = {
  setTimeout: timerOfSocket,
  clearTimeout: (timer?: ReturnType<typeof timerOfSocket> | null) => timer?.clear(),
  setImmediate: (callback: Callback, ...args: unknown[]) => timerOfSocket(callback, 0, ...args),
} as unknown as Timers;

export const { setTimeout, clearTimeout, setImmediate }: Timers = isFake ? substitutes : own;

/** The function of the real process: a test environment may have a copy of `process`, whose function Jest replaces. */
export const nextTick = nodeNextTick.bind(null);

export function queueMicrotask(callback: () => void): void {
  void Promise.resolve().then(callback);
}
