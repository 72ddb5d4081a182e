/**
 * Runs a token endpoint until the parent process disconnects. `library` uses createTokenHandler with toNodeListener. `hono` is an
 * app that a developer could write with Hono: it sends the same request to the service, without any checks.
 */
import { Agent, createServer, get } from 'node:http';
import { createRequire } from 'node:module';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const [, , kind, apiServer] = process.argv;
const apiKey = 'bench-key';
const options = { port: 0, hostname: '127.0.0.1' };
process.once('disconnect', () => process.exit());

function byLibrary() {
  const { createTokenHandler, toNodeListener } = createRequire(import.meta.url)(
    '../../dist/index.js',
  );
  const handler = createTokenHandler({
    ...{ apiKey, apiServer, access: 'readwrite', lifetimeS: 60 },
    authenticate: (request) => request.headers.get('cookie') === 'session=1',
  });
  const server = createServer(toNodeListener(handler));
  server.listen(0, options.hostname, () => process.send(server.address().port));
}

function byHand() {
  const agent = new Agent({ keepAlive: true });
  const url = new URL('/security/generate-token', apiServer);
  url.search = 'access=readwrite&lifetime_s=60&one_time=true';
  const headers = { authorization: apiKey, 'x-expected-api-version': '1.1.0' };
  const mint = () =>
    new Promise((resolve, reject) => {
      get(url, { agent, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve(JSON.parse(body).data));
      }).on('error', reject);
    });
  const app = new Hono();
  app.get('/token', async (context) => {
    if (context.req.header('cookie') !== 'session=1') return context.json({}, 401);
    const expires_at = new Date(Date.now() + 60_000).toISOString();
    const token = await mint();
    const document = { token, access: 'readwrite', lifetime_s: 60, one_time: true, expires_at };
    return context.json(document, 200, { 'cache-control': 'no-store' });
  });
  serve({ fetch: app.fetch, ...options }, ({ port }) => process.send(port));
}

if (kind === 'library') byLibrary();
else byHand();
