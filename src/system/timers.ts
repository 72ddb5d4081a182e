/**
 * The timers of Node.js, taken when the package is loaded: what a test puts in the place of the global ones, and of those in
 * `node:timers`, must not hold up a request. jsdom lacks some, and stops others at its end. The build has these functions used wherever
 * a global of the name is, in the packages of the bundle too: see `transform` in rolldown.config.ts.
 */
import { nextTick as nodeNextTick } from 'node:process';
import {
  clearTimeout as nodeClearTimeout,
  setImmediate as nodeSetImmediate,
  setTimeout as nodeSetTimeout,
} from 'node:timers';

type Callback = (...args: unknown[]) => void;

const PROMISIFY = Symbol.for('nodejs.util.promisify.custom');

/** Those of Vitest and Jest say so themselves; those of node:test lack what Node's own have. */
const isFake = 'clock' in nodeSetTimeout || !(PROMISIFY in nodeSetTimeout);

/** By a socket without a connection, whose time limit nobody replaces. A port keeps the process alive until then. */
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

// Copies: these names would follow what is put in their place later.
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

/** For a package that is loaded when the timers are replaced already, as by a setup file. */
const substitutes = {
  setTimeout: timerOfSocket,
  clearTimeout: (timer?: ReturnType<typeof timerOfSocket> | null) => timer?.clear(),
  setImmediate: (callback: Callback, ...args: unknown[]) => timerOfSocket(callback, 0, ...args),
} as unknown as Timers;

export const { setTimeout, clearTimeout, setImmediate }: Timers = isFake ? substitutes : own;

/** That of the process itself: a test environment may have a copy, of which Jest replaces this function. */
export const nextTick = nodeNextTick.bind(null);

export function queueMicrotask(callback: () => void): void {
  void Promise.resolve().then(callback);
}
