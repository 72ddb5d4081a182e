'use strict';
// A service that costs next to nothing: it mints the same token for everybody. It runs until it is disconnected.
const { createServer } = require('node:http');
const body = JSON.stringify({ status: 'done', data: 'bench-token-0123456789' });
const headers = {
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(body),
  'x-api-version': '1.1.0',
};
const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
// Longer than a server waits for its turn.
server.keepAliveTimeout = 60_000;
process.once('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
