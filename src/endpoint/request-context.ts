import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

import type { Client } from './callbacks';

/** Error message for a handler that was called with wrong arguments. */
export const NO_REQUEST =
  'The handler must be called with a standard Request: event.request in SvelteKit, args.request in Remix, context.req.raw in Hono. The listener of toNodeListener must be called with the request and response of Node.js: the two arguments of a handler in Express, context.req and context.res in Koa, request.raw and reply.raw in Fastify.';

/**
 * A handler of standard requests.
 * @param context a `RequestContext`; other objects, such as the context of Next.js, are ignored
 */
export type Handler = (request: Request, context?: unknown) => Promise<Response>;

/** The request of a framework and its parsed body. Other members are ignored. */
export interface RequestContext {
  /** The request object of the framework. */
  readonly raw?: unknown;
  /** The parsed body. Undefined if the framework has not read the body. */
  readonly body?: unknown;
}

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/**
 * A listener for a Node.js server, or for a framework such as Express. The promise resolves when the answer was passed to
 * Node.js. The promise never rejects.
 * @param context the request and parsed body of the framework, if they are not `incoming` and `incoming.body`; a function, such
 * as the `next` of Express, is ignored
 */
export type NodeListener = (
  incoming: Incoming,
  outgoing: Outgoing,
  context?: RequestContext | ((...args: never[]) => unknown),
) => Promise<void>;

/**
 * Reads a body and passes its chunks to `take`. Rejects if `take` throws, or if the client disconnects.
 * @returns null if other code has begun to read the body
 */
export type ReadBody = (take: (chunk: Uint8Array) => void) => Promise<void> | null;

/** Name of a member of `InternalContext` that only this package uses. A symbol, so that no framework can use the same name. */
export const INTERNAL = Symbol('internal context');

/**
 * The context that `toNodeListener` passes to the handler. With its member `INTERNAL`, the handler can read the body and notice a
 * disconnect without creating a standard Request.
 */
export interface InternalContext extends RequestContext {
  readonly [INTERNAL]?: { readonly readBody: ReadBody; readonly client: Client };
}

export const isObject = (value: unknown): value is RequestContext =>
  typeof value === 'object' && value !== null;

/** Whether a value is a Node.js response. Checks only whether the value has the method `writeHead`. */
export const isOutgoing = (value: unknown): value is Outgoing =>
  isObject(value) && typeof (value as Partial<Outgoing>).writeHead === 'function';

/**
 * Returns true for a request and a response of Node.js. Returns false for the context of Koa, and for the request and reply of
 * Fastify.
 */
export const isNodeRequest = (incoming: unknown, outgoing: unknown): boolean =>
  isOutgoing(outgoing) &&
  isObject(incoming) &&
  typeof (incoming as Partial<Incoming>).on === 'function';

/**
 * Whether a value is a standard Request. Checks the members of the value, not its class, because frameworks have their own
 * Request classes.
 */
export function isRequest(value: unknown): value is Request {
  if (!isObject(value)) return false;
  const { method, url, headers } = value as Partial<Request>;
  return (
    typeof method === 'string' && typeof url === 'string' && typeof headers?.get === 'function'
  );
}
