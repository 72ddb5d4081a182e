import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../context/clock';
import type { RunningEndpoint, StartEndpoint } from '../context/servers';
import { endConnection, limitConnections } from '../core/connections';
import { cannotListen, findMisdirection } from '../core/loopback-server';
import { toListener } from './listener';
import { EndpointRefusal, errorBody, type RefusalCode } from './refusal';
import { refuse } from './send';

/** Timeouts in milliseconds, and the maximum number of open connections. */
export interface ServerLimits {
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often Node.js checks the timeouts. */
  readonly checkMs: number;
  readonly connections: number;
}

const LIMITS: ServerLimits = {
  headersMs: 5000,
  requestMs: 10_000,
  checkMs: 1000,
  connections: 512,
};

const PARSER_ERRORS: Readonly<Record<string, RefusalCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/**
 * Starts a server on 127.0.0.1. The server passes requests with an allowed Host header to a handler.
 * @throws CliError `cannot_listen`
 */
export async function startEndpoint(
  { port: requestedPort, publicOrigins, handle, clock, log }: Parameters<StartEndpoint>[0],
  limits: ServerLimits = LIMITS,
): Promise<RunningEndpoint> {
  const server = createServer({
    // Turns off the Host check of Node.js. This server checks the header itself, so that it can send its own error.
    requireHostHeader: false,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
  });
  const connections = limitConnections(limits.connections);
  server.on('connection', connections.add);
  // `toListener` passes a line, and also the error if the handler threw one. `vstoken serve` logs only the line.
  const listener = toListener(handle, (line) => log(line));
  let port = 0;
  server.on('request', (incoming, outgoing) => {
    connections.follow(incoming, outgoing);
    const misdirected = findMisdirection(incoming.rawHeaders, incoming.url, port, publicOrigins);
    if (misdirected) {
      refuse(outgoing, misdirected.status === 421 ? 'wrong_host' : 'bad_request');
      const code = misdirected.status === 421 ? 'wrong_host' : 'bad_request';
      log(`${incoming.method} ${misdirected.status} ${code}: ${misdirected.reason}`);
      return;
    }
    listener(incoming, outgoing);
  });
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket) => {
    const refusal = new EndpointRefusal(PARSER_ERRORS[code] ?? 'bad_request');
    // If the socket is not writable, the client closed an idle connection. There is no request to log.
    if (socket.writable) log(`(unreadable request) ${refusal.status} ${refusal.code}`);
    refuseRaw(socket, refusal, clock);
  });
  port = await listen(server, requestedPort);

  let closed: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => reject(cannotListen(port, code)));
    server.listen({ port, host: '127.0.0.1' }, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Sends an error on a connection whose request could not be parsed. */
function refuseRaw(socket: Duplex, { code, status, message }: EndpointRefusal, clock: Clock): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = errorBody(code, message);
  const headers = [
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  const statusLine = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`;
  endConnection(socket, `${statusLine}\r\n${headers.join('\r\n')}\r\n\r\n${body}`, clock);
}
