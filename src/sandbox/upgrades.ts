import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { dateHeader, versionHeaders } from './answers';
import { faultRefusal } from './faults';
import { findFollower } from './follow/find-follower';
import { serveFollower } from './follow/follower';
import { isAllowedOrigin, requireOwnHost } from './hosts';
import { type HttpContext, refuseRaw, splitTarget } from './http';
import { limitMessages } from './message-limit';
import { Refusal, toRefusal } from './refusal';
import type { Service } from './service';
import { isSocketPath, serveSocket } from './socket';

/** Time limit for the client to answer a close frame, in milliseconds. */
const CLOSE_MS = 2000;

async function createWebSockets(current: () => Service) {
  const { WebSocketServer } = await import('ws');
  // The options are in a constant. Reason: in an object literal that is passed directly, TypeScript would reject `closeTimeout`,
  // which the types of ws do not contain yet.
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: current().limits.audioMessageBytes,
    closeTimeout: CLOSE_MS,
  };
  const sockets = new WebSocketServer(options);
  sockets.on('headers', (headers) => {
    const { clock, faults } = current();
    const ours = { ...dateHeader(clock), ...versionHeaders(faults) };
    for (const [name, value] of Object.entries(ours)) {
      headers.push(`${name}: ${value}`);
    }
  });
  sockets.on('wsClientError', (_, socket) => {
    const refusal = new Refusal(400, 'the WebSocket handshake is not valid');
    refuseRaw(socket, refusal, current());
    current().requestLog.refused(refusal, { method: 'WS', path: '-' });
  });
  return sockets;
}

function checkUpgrade(
  request: IncomingMessage,
  context: HttpContext,
  open: number,
  service: Service,
): void {
  requireOwnHost(request, context);
  const { origin, upgrade } = request.headers;
  if (origin !== undefined && !isAllowedOrigin(origin, context.allowOrigins)) {
    throw new Refusal(403, 'this origin is not allowed', {
      code: 'origin_not_allowed',
      detail: 'see --allow-origin',
    });
  }
  const { path } = splitTarget(request.url ?? '');
  if (!isSocketPath(path) && !findFollower(path)) {
    throw new Refusal(404, 'there is no such call');
  }
  if (request.method !== 'GET' || upgrade?.toLowerCase() !== 'websocket') {
    throw new Refusal(400, 'the upgrade must be to WebSocket');
  }
  if (open >= service.limits.sockets) throw new Refusal(503, 'too many connections');
}

/** Handles WebSocket upgrades. The first upgrade loads the ws library. */
export function createUpgrades(
  context: HttpContext,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  let webSockets: ReturnType<typeof createWebSockets> | undefined;
  let open = 0;

  return async (request, socket, head) => {
    const service = context.control.service();
    const target = request.url ?? '';
    const given = splitTarget(target).path;
    const found = findFollower(given);
    const path =
      found?.follower.pattern ?? (isSocketPath(given) ? given : context.shownPath(given));
    service.countRequest();
    try {
      checkUpgrade(request, context, open, service);
      const fault = service.faults.take('connect');
      if (fault?.action === 'refuse') {
        socket.destroy();
        service.requestLog.note(`WS ${path} dropped by the injected fault connect:refuse`, {
          ...{ method: 'WS', path, status: 0 },
        });
        return;
      }
      if (fault) throw faultRefusal(fault);
    } catch (error) {
      const refusal = toRefusal(error);
      refuseRaw(socket, refusal, service);
      const logged = { method: 'WS', path, status: refusal.httpCode };
      service.requestLog.record({ ...logged, credential: null, refusal });
      return;
    }
    open += 1;
    socket.on('close', () => {
      open -= 1;
    });
    webSockets ??= createWebSockets(context.control.service);
    const server = await webSockets;
    if (socket.destroyed) return;
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const logged = { method: 'WS', path };
      // `limitMessages` must add its listeners first, so that no other listener handles a message that exceeds the limit.
      limitMessages(webSocket, socket, { ...service, logged }, () => served.expectsAudio());
      const served = found
        ? serveFollower(webSocket, { ...found, target }, service)
        : serveSocket(webSocket, target, service);
      service.requestLog.opened({ ...logged, status: 101 });
    });
  };
}
