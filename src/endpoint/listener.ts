import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { EndpointRefusal, errorBody, type RefusalCode } from './refusal';

/** For requests that come as a path alone; nothing depends on the name. */
const BASE = 'http://localhost';

/**
 * Mounts a handler of standard requests on a server of Node's own.
 * @param log takes a line for what cannot be handed on
 */
export function toListener(
  handle: (request: Request) => Promise<Response>,
  log: (line: string) => void = () => {},
): RequestListener {
  return (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) gone.abort();
    });
    const request = toRequest(incoming, gone.signal);
    if (!request) {
      refuse(outgoing, 'bad_request');
      log(`${incoming.method} 400 bad_request`);
      return;
    }
    handle(request)
      .then((response) => send(response, outgoing))
      .catch(() => refuse(outgoing, 'internal_error'));
  };
}

/** @returns null for what is no request to a path */
function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request | null {
  const { method = 'GET', url = '', rawHeaders } = incoming;
  if (!url.startsWith('/')) return null;
  try {
    const headers = new Headers();
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
    }
    const hasBody = method !== 'GET' && method !== 'HEAD' && bringsBody(incoming);
    const body = hasBody ? { body: bodyOf(incoming), duplex: 'half' as const } : {};
    return new Request(`${BASE}${url}`, { method, headers, signal, ...body });
  } catch {
    // TRACE and the like, which the standard forbids.
    return null;
  }
}

function bringsBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** A body that is taken off the connection only as it is read. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let isStarted = false;
  let resume = () => {};
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    isStarted = true;
    incoming.on('data', (chunk: Uint8Array) => {
      incoming.pause();
      controller.enqueue(chunk);
      resume();
    });
    incoming.on('end', () => {
      controller.close();
      resume();
    });
    incoming.on('error', () => {});
    incoming.on('close', () => {
      if (incoming.complete) return;
      controller.error(new Error('the client went away'));
      resume();
    });
  };
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (incoming.destroyed || incoming.readableEnded) {
          throw new Error('the body is gone');
        }
        if (!isStarted) start(controller);
        incoming.resume();
        return new Promise<void>((resolve) => {
          resume = resolve;
        });
      },
      cancel() {
        // What still comes is read and dropped, so that the answer can be sent.
        incoming.removeAllListeners('data').removeAllListeners('end').resume();
        resume();
      },
    },
    { highWaterMark: 0 },
  );
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const body = new Uint8Array(await response.arrayBuffer());
  if (outgoing.destroyed) return;
  const length = response.status !== 204 && { 'content-length': body.length };
  // What is still to come of a request that took too long is not waited for.
  const end = response.status === 408 && { connection: 'close' };
  const headers = { ...Object.fromEntries(response.headers), ...length, ...end };
  outgoing.writeHead(response.status, headers);
  outgoing.end(body);
}

/** Refuses where there is no request to hand on. */
export function refuse(outgoing: ServerResponse, code: RefusalCode): void {
  const refusal = new EndpointRefusal(code);
  const body = errorBody(code, refusal.message);
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(refusal.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    vary: 'Origin',
  });
  outgoing.end(body);
}
