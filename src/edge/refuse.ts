import { TokenError } from '../core/token-error';

/**
 * Throws the error of a function that needs Node.js. The error occurs when the function is called, not when it is imported,
 * because builds import code that they never run.
 */
export function refuse(name: string): never {
  throw new TokenError(
    'unsupported_runtime',
    `${name} needs Node.js, Bun or Deno, but this code runs in an edge runtime or a worker.`,
    {
      hint: "Move this code to a Node.js server. In Next.js, remove `export const runtime = 'edge'` from the route.",
    },
  );
}
