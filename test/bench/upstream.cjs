'use strict';
// A fast service that mints the same token for every request. It runs until the parent process disconnects.
const { createServer } = require('node:http');
const body = JSON.stringify({ status: 'done', data: 'bench-token-0123456789' });
const headers = {
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(body),
  'x-api-version': '1.1.0',
};
const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
// Keeps idle connections open for a minute. Reason: each of the two token servers sends no requests while the other one is
// measured, and must not lose its connections in that time.
server.keepAliveTimeout = 60_000;
process.once('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
