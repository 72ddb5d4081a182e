import cookie from '@fastify/cookie';
import fastify from 'fastify';
import { toNodeListener } from 'vocalstack-token';
import { createHandler } from './token-handler.mjs';

const listener = toNodeListener(createHandler((request) => request.cookies.session));

// `app.close()` waits for idle connections, at most this number of milliseconds. Node.js has the same default.
const app = fastify({ keepAliveTimeout: 5000 });
await app.register(cookie);
app.all('/token', async (request, reply) => {
  reply.hijack();
  await listener(request.raw, reply.raw, { raw: request, body: request.body });
});

await app.listen({ port: Number(process.env.PORT ?? 3000) });
process.on('SIGTERM', () => app.close());
