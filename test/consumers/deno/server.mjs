import process from 'node:process';
import { createHandler } from './token-handler.mjs';

const sessionOf = (request) =>
  /(?:^|; )session=([^;]*)/.exec(request.headers.get('cookie') ?? '')?.[1];
const handler = createHandler(sessionOf);

const port = Number(process.env.PORT ?? 3000);
const server = Deno.serve({ port }, (request) =>
  new URL(request.url).pathname === '/token'
    ? handler(request)
    : new Response(null, { status: 404 }),
);
function stop() {
  // The listener is removed, because it would prevent the end of the process.
  Deno.removeSignalListener('SIGTERM', stop);
  server.shutdown();
}
Deno.addSignalListener('SIGTERM', stop);
