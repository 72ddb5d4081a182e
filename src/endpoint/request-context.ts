import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

import type { Client } from './callbacks';

/** The error for a handler that is called with another object. */
export const NO_REQUEST =
  'The handler must be called with a standard Request: event.request in SvelteKit, args.request in Remix, context.req.raw in Hono. The listener of toNodeListener must be called with the request and response of Node.js, as in Express: context.req and context.res in Koa, request.raw and reply.raw in Fastify.';

/** A standard handler. @param context what the framework knows about the request; other objects, such as the context of Next.js, are ignored */
export type Handler = (request: Request, context?: unknown) => Promise<Response>;

/** What a framework knows about a request. Other members are ignored. */
export interface RequestContext {
  /** The request object of the framework. */
  readonly raw?: unknown;
  /** The parsed body, if the framework has read it. */
  readonly body?: unknown;
}

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/**
 * A listener for a Node.js server, or for a framework such as Express. It resolves when the answer was passed to the server, and
 * never rejects.
 * @param context what the framework knows about the request, if it is not in `incoming` and `incoming.body`; a function, such as
 * the `next` of Express, is ignored
 */
export type NodeListener = (
  incoming: Incoming,
  outgoing: Outgoing,
  context?: RequestContext | ((...args: never[]) => unknown),
) => Promise<void>;

/**
 * Passes the chunks of a body to `take`. Rejects with what `take` throws, and when the client disconnects.
 * @returns null if other code has begun to read the body
 */
export type ReadBody = (take: (chunk: Uint8Array) => void) => Promise<void> | null;

/** A symbol, so that no framework can use the same name. */
export const INTERNAL = Symbol('internal context');

/** What the listener of this package knows about a request: enough for a GET, without a standard Request and Response. */
export interface InternalContext extends RequestContext {
  readonly [INTERNAL]?: { readonly readBody: ReadBody; readonly client: Client };
}

export const isObject = (value: unknown): value is RequestContext =>
  typeof value === 'object' && value !== null;

/** Whether a value has the members of a Node.js response that an answer uses. */
export const isOutgoing = (value: unknown): value is Outgoing =>
  isObject(value) && typeof (value as Partial<Outgoing>).writeHead === 'function';

/** Whether both are objects of Node.js. The context of Koa, and the request and reply of Fastify, are not. */
export const isNodeRequest = (incoming: unknown, outgoing: unknown): boolean =>
  isOutgoing(outgoing) &&
  isObject(incoming) &&
  typeof (incoming as Partial<Incoming>).on === 'function';

/** Checks the members that are used, since frameworks have their own Request classes. */
export function isRequest(value: unknown): value is Request {
  if (!isObject(value)) return false;
  const { method, url, headers } = value as Partial<Request>;
  return (
    typeof method === 'string' && typeof url === 'string' && typeof headers?.get === 'function'
  );
}
