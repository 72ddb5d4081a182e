// A hook for `import`, for versions of Node.js without hooks that cover both `require` and `import`.

import { createRequire } from 'node:module';

const { requireSafeUrl } = createRequire(import.meta.url)('./sdk-confine.js');

export async function resolve(name, context, next) {
  const found = await next(name, context);
  requireSafeUrl(found);
  return found;
}
