const { createServer, request } = require('node:http');
const { once } = require('node:events');
const { createTokenHandler, toNodeListener } = require('vocalstack-token');
const { startSandbox } = require('vocalstack-token/sandbox');

// The test uses node:http, because jsdom has no Request, Response and fetch.
test('hands out a token behind a server of Node.js', async () => {
  const { apiKey, url: apiServer, close } = await startSandbox();
  const authenticate = (asked) => asked.clone().headers.get('cookie') === 'session=alice';
  const handler = createTokenHandler({ apiKey, apiServer, authenticate, access: 'readwrite' });
  const server = createServer(toNodeListener(handler)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ask = (options, body) =>
    new Promise((resolve, reject) => {
      const { port } = server.address();
      request({ port, host: '127.0.0.1', path: '/token', agent: false, ...options }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, json: JSON.parse(text) }));
      })
        .on('error', reject)
        .end(body);
    });
  const cookie = 'session=alice';
  expect(await ask({ headers: { cookie } })).toMatchObject({
    status: 200,
    json: { access: 'readwrite' },
  });
  const headers = { cookie, 'content-type': 'application/json' };
  expect(await ask({ method: 'POST', headers }, '{"access":"readonly"}')).toMatchObject({
    status: 200,
    json: { access: 'readonly' },
  });
  expect((await ask({})).status).toBe(401);
  server.close();
  await close();
});

test('makes an answer of its own', async () => {
  const { apiKey, url: apiServer, close } = await startSandbox();
  const handler = createTokenHandler({ apiKey, apiServer, authenticate: () => true });
  const asked = { method: 'GET', url: 'https://app.example.com/token', headers: new Headers() };
  const answer = await handler(asked);
  expect(answer.status).toBe(200);
  expect((await answer.json()).access).toBe('readonly');
  await close();
});
