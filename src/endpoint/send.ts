import type { Outgoing } from './given';
import { EndpointRefusal, errorBody, type RefusalCode } from './refusal';

/** An answer as Node.js sends it. */
export interface Sendable {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Uint8Array | null;
}

/** What a standard response holds, once all of it is there. */
export async function toSendable(response: Response): Promise<Sendable> {
  const { status } = response;
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  const body = response.body === null ? null : new Uint8Array(await response.arrayBuffer());
  return { status, headers, body };
}

/** Sends an answer, unless the client has gone or somebody else has answered. */
export function send(outgoing: Outgoing, { status, headers, body }: Sendable): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  const length = body === null ? 0 : Buffer.byteLength(body);
  const isHttp1 = 'shouldKeepAlive' in outgoing;
  outgoing.writeHead(status, {
    ...headers,
    ...(status !== 204 && status !== 304 && { 'content-length': length }),
    // What is still to come of a request that took too long is not waited for.
    ...(status === 408 && isHttp1 && { connection: 'close' }),
  });
  outgoing.end(body ?? '');
}

/** Refuses where there is no request to hand on. */
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
