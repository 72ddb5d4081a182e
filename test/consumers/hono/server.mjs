import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { createHandler } from './token-handler.mjs';

const handler = createHandler((context) => getCookie(context, 'session'));

const app = new Hono();
app.all('/token', (context) => handler(context.req.raw, { raw: context }));

const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) });
process.on('SIGTERM', () => server.close());
