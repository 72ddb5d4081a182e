import { getRequestListener } from '@hono/node-server';
import { CONSUMED_BODY, isEmptyBody } from './body';
import { callSafely } from './callbacks';
import { answerFunctionOf } from './handler';
import { EndpointRefusal, errorBody } from './refusal';
import {
  type Handler,
  INTERNAL,
  type Incoming,
  type InternalContext,
  isObject,
  isOutgoing,
  type NodeListener,
  type Outgoing,
  type RequestContext,
} from './request-context';
import { refuse, send, toRawAnswer } from './send';

/**
 * `getRequestListener` of @hono/node-server sends the Response that its callback returns. The callback in this file sends the
 * answer itself, and then throws this error. `errorHandler` returns nothing for this error, so no second answer is sent.
 */
const SENT = new Error('the answer was sent');

/**
 * Creates a Node.js listener for a handler. The handler gets `Request` objects of @hono/node-server. Such an object reads a part
 * of the Node.js request only when the handler uses that part.
 * @param logLine called with a line about each request that does not reach the handler, and about each exception of the handler
 */
export function createAdapter(
  handle: Handler,
  logLine: (line: string, error?: unknown) => void,
): NodeListener {
  const answerFunction = answerFunctionOf(handle);
  const respond =
    answerFunction ??
    (async (request: Request, context?: unknown) => toRawAnswer(await handle(request, context)));
  const contexts = new WeakMap<object, RequestContext>();

  const listen = getRequestListener(
    async (request, { incoming, outgoing }) => {
      try {
        send(
          outgoing,
          await respond(request, contextOf(incoming, outgoing, contexts.get(incoming))),
        );
      } catch (error) {
        logLine(`${request.method} 500 internal_error`, error);
        // `refuse` can throw if a middleware has replaced a method of the response.
        callSafely(
          () => refuse(outgoing, 'internal_error'),
          null,
          () => outgoing.destroy(),
        );
      }
      throw SENT;
    },
    {
      hostname: 'localhost',
      // Keep the global Request and Response unchanged, because the application may use them.
      overrideGlobalObjects: false,
      errorHandler(error) {
        if (error === SENT) return;
        logLine('(unreadable request) 400 bad_request');
        const { code, status, message } = new EndpointRefusal('bad_request');
        const headers = { 'content-type': 'application/json; charset=utf-8' };
        return new Response(errorBody(code, message), { status, headers });
      },
    },
  );

  return (incoming, outgoing, context) => {
    if (isObject(context)) contexts.set(incoming, context);
    return listen(incoming, outgoing);
  };
}

/**
 * Called if the listener of `toNodeListener` got wrong arguments. Reports the error to `onError` of the handler. Sends status 500
 * if an argument is a Node.js response, or contains one, as the context of Koa and the reply of Fastify do.
 */
export async function refuseMisuse(handle: Handler, args: readonly unknown[]): Promise<void> {
  await answerFunctionOf(handle)?.(null);
  const inside = args.filter(isObject).flatMap((one) => [one.raw, 'res' in one && one.res]);
  const outgoing = [...args, ...inside].find(isOutgoing);
  if (outgoing) callSafely(() => refuse(outgoing, 'internal_error'), null);
}

/**
 * Creates the context of a request for the handler. A framework that has read the body stores the parsed body in `incoming.body`.
 */
function contextOf(
  incoming: Incoming & { readonly body?: unknown },
  outgoing: Outgoing,
  context: RequestContext = {},
): InternalContext {
  // Body parsers set an empty `body` on requests that they do not parse. An empty `body` is therefore ignored, and the handler
  // reads the body of the request.
  const unread = isEmptyBody(context.body) ? undefined : context.body;
  return {
    raw: context.raw ?? incoming,
    body: incoming.readableDidRead ? (context.body ?? incoming.body ?? CONSUMED_BODY) : unread,
    [INTERNAL]: {
      readBody: (take) => (incoming.readableDidRead ? null : readBody(incoming, take)),
      client: {
        hasLeft: () => ('stream' in outgoing ? outgoing.stream : outgoing).destroyed,
        onLeave(listener) {
          outgoing.once('close', listener);
          return () => outgoing.off('close', listener);
        },
      },
    },
  };
}

/**
 * Reads the body directly from the Node.js request, without creating another stream. If `take` throws, the rest of the body is
 * read and dropped, so that the answer can be sent.
 */
function readBody(incoming: Incoming, take: (chunk: Uint8Array) => void): Promise<void> {
  if (incoming.readableEnded) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const push = (chunk: Uint8Array) => {
      try {
        take(chunk);
      } catch (error) {
        incoming.off('data', push).resume();
        reject(error);
      }
    };
    incoming.on('data', push);
    incoming.on('end', resolve);
    incoming.on('error', reject);
    incoming.on('close', () => reject(new Error('the client disconnected')));
  });
}
