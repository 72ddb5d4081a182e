import { createServer } from 'node:http';
import { type AddressInfo, getDefaultAutoSelectFamily, setDefaultAutoSelectFamily } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { HEADERS } from '../../src/api/protocol';
import { afterEachFile } from '../support/cleanup';
import { needs } from '../support/needs';
import { run } from '../support/run';

const before = getDefaultAutoSelectFamily();
afterEachFile(() => setDefaultAutoSelectFamily(before));

it.each(['mint', 'test --use-token --mode connect'])(
  'S52 a server that listens only on ::1 is found, even if Node.js tries only one address: %s',
  needs('ipv6'),
  async (line) => {
    setDefaultAutoSelectFamily(false);
    const server = createServer((_request, response) => {
      response
        .writeHead(200, { [HEADERS.version]: '1.1.0' })
        .end(JSON.stringify({ status: 'done', data: 'a-token-of-it' }));
    });
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => {
      socket.once('message', () => socket.send(JSON.stringify({ session: 'session-1' })));
    });
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
    const { port } = server.address() as AddressInfo;
    const env = {
      VOCALSTACK_API_SERVER: `http://localhost:${port}`,
      VOCALSTACK_API_KEY: 'the-key-of-the-test',
      VOCALSTACK_AUTH_TOKEN: 'a-token-of-it',
    };
    const { code } = await run(`${line} --json`, { env });
    sockets.close();
    server.closeAllConnections();
    server.close();
    expect(code).toBe(0);
  },
);
