import { TokenError } from '../core/token-error';

/** What a function of the package throws where Node.js is missing: at its call, since a build imports what it never runs. */
export function refuse(name: string): never {
  throw new TokenError(
    'unsupported_runtime',
    `${name} needs Node.js, Bun or Deno, and this code runs in an edge runtime or in a worker.`,
    {
      hint: "Move this code to a server of Node.js. In Next.js, remove `export const runtime = 'edge'` from the route.",
    },
  );
}
