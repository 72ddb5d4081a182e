import { createTokenHandler, isTokenError } from 'vocalstack-token';

export const runtime = 'edge';

/** The package does not run in the edge runtime. This route returns the error that the package throws. */
export function GET() {
  try {
    createTokenHandler({ apiKey: 'a-key', authenticate: () => true });
    return new Response('it runs');
  } catch (error) {
    return Response.json({ isOurs: isTokenError(error), ...error.toJSON() }, { status: 500 });
  }
}
