import { createServer } from 'node:http';
import { toNodeListener } from 'vocalstack-token';
import { createHandler } from './token-handler.mjs';

const sessionOf = (incoming) => /(?:^|; )session=([^;]*)/.exec(incoming.headers.cookie)?.[1];
const listener = toNodeListener(createHandler(sessionOf));

const server = createServer((incoming, outgoing) => {
  if (incoming.url.split('?')[0] === '/token') listener(incoming, outgoing);
  else outgoing.writeHead(404).end();
});
server.listen(process.env.PORT ?? 3000);
process.on('SIGTERM', () => server.close());
