import { runInThisContext } from 'node:vm';

/**
 * Where `Request`, `Response` and the like are. Node.js has them, and the environment of a test may not: jsdom in Jest has neither. The
 * test then runs in a context of its own, and those of Node.js are in the context around it.
 */
export function webGlobals(): typeof globalThis {
  // `in`, since to read one of them makes Node.js load all of them.
  if ('Request' in globalThis && 'Response' in globalThis) return globalThis;
  return runInThisContext('globalThis');
}
