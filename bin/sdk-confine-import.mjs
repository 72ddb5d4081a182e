// A hook that checks each `import`. It is used only in versions of Node.js without `Module.registerHooks`. In other versions, one
// hook in sdk-confine.js checks both `require` and `import`.

import { createRequire } from 'node:module';

const { requireSafeUrl } = createRequire(import.meta.url)('./sdk-confine.js');

export async function resolve(name, context, next) {
  const found = await next(name, context);
  requireSafeUrl(found);
  return found;
}
