import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

import type { Client } from './guard';

/** For whoever calls the handler with something else. */
export const NO_REQUEST =
  'The handler takes a standard Request: event.request in SvelteKit, args.request in Remix, context.req.raw in Hono. toNodeListener takes the two objects of Node.js, as Express has them: context.req and context.res in Koa, request.raw and reply.raw in Fastify.';

/** A standard handler. @param given what the framework has of the request; what is no `Given`, such as the context of Next.js, is ignored */
export type Handler = (request: Request, given?: unknown) => Promise<Response>;

/** What a framework knows of a request beside the request itself. Members that are not these are ignored. */
export interface Given {
  readonly raw?: unknown;
  /** What it made of the body, where it has read it. */
  readonly body?: unknown;
}

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/**
 * A listener of a server of Node.js, of Express and the like. It resolves when the answer was handed over, and never rejects.
 * @param given what the framework has of the request, where that is not `incoming` and `incoming.body`; a function, such as the
 *   `next` of Express, is ignored
 */
export type NodeListener = (
  incoming: Incoming,
  outgoing: Outgoing,
  given?: Given | ((...args: never[]) => unknown),
) => Promise<void>;

/**
 * Hands the chunks of a body on until they end. @throws what `take` throws, and when the client goes away
 * @returns null where somebody has begun to read it
 */
export type ReadBody = (take: (chunk: Uint8Array) => void) => Promise<void> | null;

/** Not a name that a framework could use. */
export const OWN = Symbol('of our own listener');

/** What our own listener knows of a request: what a plain GET needs of it, without the objects of the standard. */
export interface OwnGiven extends Given {
  readonly [OWN]?: { readonly readBody: ReadBody; readonly client: Client };
}

export const isObject = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null;

/** Of this, all that is needed to answer. */
export const isOutgoing = (value: unknown): value is Outgoing =>
  isObject(value) && typeof (value as Partial<Outgoing>).writeHead === 'function';

/** Not so for the context of Koa, or the request and reply of Fastify. */
export const isNodeRequest = (incoming: unknown, outgoing: unknown): boolean =>
  isOutgoing(outgoing) &&
  isObject(incoming) &&
  typeof (incoming as Partial<Incoming>).on === 'function';

/** By what is used of one, since frameworks have their own. */
export function isRequest(value: unknown): value is Request {
  if (!isObject(value)) return false;
  const { method, url, headers } = value as Partial<Request>;
  return (
    typeof method === 'string' && typeof url === 'string' && typeof headers?.get === 'function'
  );
}
