import { EndpointRefusal, errorBody, type RefusalCode } from './refusal';
import type { Outgoing } from './request-context';

/** An answer that can be written to a Node.js response. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Uint8Array | null;
}

/** Reads the whole body of a standard Response. */
export async function toRawAnswer(response: Response): Promise<RawAnswer> {
  const { status } = response;
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  const body = response.body === null ? null : new Uint8Array(await response.arrayBuffer());
  return { status, headers, body };
}

/** Sends an answer. Does nothing if the client has disconnected, or if other code has sent an answer. */
export function send(outgoing: Outgoing, { status, headers, body }: RawAnswer): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  const length = body === null ? 0 : Buffer.byteLength(body);
  const isHttp1 = 'shouldKeepAlive' in outgoing;
  outgoing.writeHead(status, {
    ...headers,
    ...(status !== 204 && status !== 304 && { 'content-length': length }),
    // Closes the connection of a request that arrived too slowly, instead of waiting for the rest of the request.
    ...(status === 408 && isHttp1 && { connection: 'close' }),
  });
  outgoing.end(body ?? '');
}

/** Sends the error for a request that does not reach the handler. */
export function refuse(outgoing: Outgoing, code: RefusalCode): void {
  const { status, message } = new EndpointRefusal(code);
  send(outgoing, {
    status,
    body: errorBody(code, message),
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      vary: 'Origin',
    },
  });
}
