import { createTokenSource } from 'vocalstack-token/browser';

const tokens = createTokenSource('/token', { access: 'readwrite' });

/** Whenever one is needed. */
export async function getToken() {
  const { token } = await tokens.get();
  return token;
}
