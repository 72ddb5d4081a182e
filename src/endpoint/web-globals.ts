import { runInThisContext } from 'node:vm';

/**
 * The object that has `Request`, `Response` and similar globals. Node.js has them, but the environment of a test may not: jsdom
 * in Jest lacks both. Then the test runs in its own context, and the globals of Node.js are in the context around it.
 */
export function webGlobals(): typeof globalThis {
  // `in`, since to read one of them makes Node.js load all of them.
  if ('Request' in globalThis && 'Response' in globalThis) return globalThis;
  return runInThisContext('globalThis');
}
