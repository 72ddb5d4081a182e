import { runInThisContext } from 'node:vm';

/**
 * Returns the object that has `Request`, `Response` and similar globals. With jsdom in Jest, a test runs in a context without
 * these globals. `runInThisContext` then returns the globals of the main context of Node.js.
 */
export function webGlobals(): typeof globalThis {
  // `in` checks the names without reading the values. Reason: reading one of the values makes Node.js load the code of all of
  // them.
  if ('Request' in globalThis && 'Response' in globalThis) return globalThis;
  return runInThisContext('globalThis');
}
