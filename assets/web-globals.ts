import { join } from 'node:path';
import type { Plugin } from 'rolldown';

const FILE = join(import.meta.dirname, '../src/endpoint/web-globals.ts');

/**
 * Makes @hono/node-server use the web classes of src/endpoint/web-globals.ts. Reason: in the jsdom environment of Jest, these
 * classes are not global.
 */
export const webGlobals: Plugin = {
  name: 'web-globals',
  transform: {
    filter: { id: /[\\/]@hono[\\/]node-server[\\/]/ },
    handler: (code) =>
      [
        `import { webGlobals } from ${JSON.stringify(FILE)};`,
        'const web = webGlobals();',
        'const { AbortController, Headers, ReadableStream, Response } = web;',
        code.replace(/\bglobal(?:This)?\.(?=(?:Headers|Request|Response)\b)/g, 'web.'),
      ].join('\n'),
  },
};
