import { createTokenSource } from 'vocalstack-token/browser';

const tokens = createTokenSource('/token', { access: 'readwrite' });

/** Returns a token. Call this function for each request or connection: it gets a new token only if necessary. */
export async function getToken() {
  const { token } = await tokens.get();
  return token;
}
