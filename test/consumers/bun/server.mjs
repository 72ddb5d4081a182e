import { createHandler } from './token-handler.mjs';

const sessionOf = (request) =>
  new Bun.CookieMap(request.headers.get('cookie') ?? '').get('session');
const handler = createHandler(sessionOf);

const server = Bun.serve({
  port: process.env.PORT ?? 3000,
  routes: { '/token': (request) => handler(request) },
  fetch: () => new Response(null, { status: 404 }),
});
process.on('SIGTERM', () => server.stop());
