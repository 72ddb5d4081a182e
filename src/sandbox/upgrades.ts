import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { dateHeader, versionHeaders } from './answers';
import { faultRefusal } from './faults';
import { isAllowedOrigin, requireOwnHost } from './hosts';
import { type Door, refuseRaw, splitTarget } from './http';
import { limitMessages } from './message-limit';
import { Refusal, toRefusal } from './refusal';
import type { Service } from './service';
import { isSocketPath, serveSocket } from './socket';

/** For the peer to answer a close. */
const CLOSE_MS = 2000;

async function createWebSockets(service: Service) {
  const { WebSocketServer } = await import('ws');
  // Not a literal in the call, since the types of ws do not know closeTimeout yet.
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: service.limits.audioMessageBytes,
    closeTimeout: CLOSE_MS,
  };
  const sockets = new WebSocketServer(options);
  sockets.on('headers', (headers) => {
    const ours = { ...dateHeader(service.clock), ...versionHeaders(service.faults) };
    for (const [name, value] of Object.entries(ours)) {
      headers.push(`${name}: ${value}`);
    }
  });
  sockets.on('wsClientError', (_, socket) => {
    refuseRaw(socket, new Refusal(400, 'the WebSocket handshake is broken'), service);
  });
  return sockets;
}

function checkUpgrade(request: IncomingMessage, door: Door, open: number, service: Service): void {
  requireOwnHost(request, door);
  const { origin, upgrade } = request.headers;
  if (origin !== undefined && !isAllowedOrigin(origin, door.allowOrigins)) {
    throw new Refusal(403, 'pages of this origin may not connect');
  }
  if (!isSocketPath(splitTarget(request.url ?? '').path)) {
    throw new Refusal(404, 'there is no such call');
  }
  if (request.method !== 'GET' || upgrade?.toLowerCase() !== 'websocket') {
    throw new Refusal(400, 'the only upgrade is to WebSocket');
  }
  if (open >= service.limits.sockets) throw new Refusal(503, 'too many connections');
}

/** Takes WebSocket upgrades; the library for them is loaded with the first. */
export function createUpgrades(
  service: Service,
  door: Door,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  let webSockets: ReturnType<typeof createWebSockets> | undefined;
  let open = 0;

  return async (request, socket, head) => {
    service.countRequest();
    try {
      checkUpgrade(request, door, open, service);
      const fault = service.faults.take('connect');
      if (fault?.action === 'refuse') {
        socket.destroy();
        service.log('WS dropped, as the sandbox was told');
        return;
      }
      if (fault) throw faultRefusal(fault);
    } catch (error) {
      const refusal = toRefusal(error);
      refuseRaw(socket, refusal, service);
      service.log(`WS refused ${refusal.httpCode} ${refusal.message}`);
      return;
    }
    open += 1;
    socket.on('close', () => {
      open -= 1;
    });
    webSockets ??= createWebSockets(service);
    const server = await webSockets;
    if (socket.destroyed) return;
    const target = request.url ?? '';
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const { expectsAudio } = serveSocket(webSocket, target, service);
      limitMessages(webSocket, socket, service, expectsAudio);
      service.log(`WS ${splitTarget(target).path} 101`);
    });
  };
}
