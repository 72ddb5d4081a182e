import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import Koa from 'koa';
import { toNodeListener } from 'vocalstack-token';
import { createHandler } from './token-handler.mjs';

const listener = toNodeListener(createHandler((context) => context.cookies.get('session')));

const router = new Router();
router.all('/token', async (context) => {
  context.respond = false;
  await listener(context.req, context.res, { raw: context, body: context.request.body });
});

const server = new Koa()
  .use(bodyParser())
  .use(router.routes())
  .listen(process.env.PORT ?? 3000);
process.on('SIGTERM', () => server.close());
