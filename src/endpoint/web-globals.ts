import { runInThisContext } from 'node:vm';

/**
 * Returns the object that has `Request`, `Response` and similar globals. Node.js has them, but jsdom in Jest does not. There the
 * test runs in a context of its own, and `runInThisContext` returns the globals of the main context of Node.js.
 */
export function webGlobals(): typeof globalThis {
  // `in` checks the names without reading the values. Reading one of them makes Node.js load all of them.
  if ('Request' in globalThis && 'Response' in globalThis) return globalThis;
  return runInThisContext('globalThis');
}
