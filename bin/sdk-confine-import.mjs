// For import, where Node.js has no hooks that work for require as well.

import { createRequire } from 'node:module';

const { requireSafeUrl } = createRequire(import.meta.url)('./sdk-confine.js');

export async function resolve(name, context, next) {
  const found = await next(name, context);
  requireSafeUrl(found);
  return found;
}
