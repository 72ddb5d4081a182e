import { createTokenHandler, isTokenError } from 'vocalstack-token';

export const runtime = 'edge';

/** Returns the error of the package, because the package does not run in the edge runtime. */
export function GET() {
  try {
    createTokenHandler({ apiKey: 'a-key', authenticate: () => true });
    return new Response('it runs');
  } catch (error) {
    return Response.json({ isOurs: isTokenError(error), ...error.toJSON() }, { status: 500 });
  }
}
