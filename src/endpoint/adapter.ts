import { getRequestListener } from '@hono/node-server';
import { isNothing, LOST_BODY } from './body';
import {
  type Given,
  type Handler,
  type Incoming,
  isObject,
  isOutgoing,
  type NodeListener,
  type Outgoing,
  OWN,
  type OwnGiven,
} from './given';
import { callQuietly } from './guard';
import { answererOf } from './handler';
import { EndpointRefusal, errorBody } from './refusal';
import { refuse, send, toSendable } from './send';

/** Thrown to end the work of the library: it has no other way to leave the answer to whom it calls, whatever `Response` is. */
const SENT = new Error('the answer was sent');

/**
 * The listener of a handler. Its requests are those of @hono/node-server, which make of a request what is asked of them and no more.
 * @param note takes a line for what cannot be handed on
 */
export function createAdapter(
  handle: Handler,
  note: (line: string, error?: unknown) => void,
): NodeListener {
  const answerer = answererOf(handle);
  const ask =
    answerer ??
    (async (request: Request, given?: unknown) => toSendable(await handle(request, given)));
  const givens = new WeakMap<object, Given>();

  const listen = getRequestListener(
    async (request, { incoming, outgoing }) => {
      try {
        send(outgoing, await ask(request, givenBy(incoming, outgoing, givens.get(incoming))));
      } catch (error) {
        note(`${request.method} 500 internal_error`, error);
        // A middleware may have put something of its own in the place of a function of Node.js.
        callQuietly(
          () => refuse(outgoing, 'internal_error'),
          null,
          () => outgoing.destroy(),
        );
      }
      throw SENT;
    },
    {
      hostname: 'localhost',
      // They belong to the application.
      overrideGlobalObjects: false,
      errorHandler(error) {
        if (error === SENT) return;
        note('(unread request) 400 bad_request');
        const { code, status, message } = new EndpointRefusal('bad_request');
        const headers = { 'content-type': 'application/json; charset=utf-8' };
        return new Response(errorBody(code, message), { status, headers });
      },
    },
  );

  return (incoming, outgoing, given) => {
    if (isObject(given)) givens.set(incoming, given);
    return listen(incoming, outgoing);
  };
}

/**
 * For whoever calls a listener with other arguments: `onError` of its handler is told, and the client gets 500 where what is answered on
 * can be found, as in the context of Koa or the reply of Fastify.
 */
export async function refuseMisuse(handle: Handler, given: readonly unknown[]): Promise<void> {
  await answererOf(handle)?.(null);
  const inside = given.filter(isObject).flatMap((one) => [one.raw, 'res' in one && one.res]);
  const outgoing = [...given, ...inside].find(isOutgoing);
  if (outgoing) callQuietly(() => refuse(outgoing, 'internal_error'), null);
}

/** What a framework leaves at a request of Node.js: a body that it has read is at `body`, parsed. */
function givenBy(
  incoming: Incoming & { readonly body?: unknown },
  outgoing: Outgoing,
  given: Given = {},
): OwnGiven {
  // What is there without anybody having read the body is what a parser leaves that does not parse it.
  const unread = isNothing(given.body) ? undefined : given.body;
  return {
    raw: given.raw ?? incoming,
    body: incoming.readableDidRead ? (given.body ?? incoming.body ?? LOST_BODY) : unread,
    [OWN]: {
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

/** Without a stream of its own. What comes after a failure is read and dropped, so that the answer can be sent. */
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
    incoming.on('close', () => reject(new Error('the client went away')));
  });
}
