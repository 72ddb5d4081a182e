import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SandboxRequest } from '../context/servers';
import { endConnection } from '../core/connections';
import { SANDBOX_CLIP } from '../core/sample-clips';
import type { Secret } from '../core/secret';
import { type Answer, dateHeader, refusalAnswer, versionHeaders } from './answers';
import type { Control } from './control/control';
import { answerControl, isControlPath } from './control/routes';
import { corsHeaders, requireOwnHost } from './hosts';
import { credentialOf } from './log/fingerprint';
import { Refusal, toRefusal } from './refusal';
import { readBody } from './request-body';
import { answerCall, findRoute } from './routes';
import { sendAnswer } from './send-answer';
import type { Service } from './service';

/** The parts of the server that are needed to answer HTTP requests and WebSocket upgrades. */
export interface HttpContext {
  readonly port: () => number;
  /** The origins at which clients reach the sandbox through a forwarded port, or from outside of its container. */
  readonly publicOrigins: readonly string[];
  readonly allowOrigins: readonly string[];
  readonly control: Control;
  readonly apiKey: Secret;
  /** Returns the path that is written to the log for an unknown call. A path that may contain a secret is replaced. */
  readonly shownPath: (path: string) => string;
}

const REDIRECT: Answer = {
  status: 302,
  headers: { location: 'https://example.invalid/' },
  body: '',
};
const CLIP_TEXT_PATH = SANDBOX_CLIP.path.replace(/wav$/, 'txt');

/** Splits a request target into path and query. */
export function splitTarget(target: string): {
  readonly path: string;
  readonly query: URLSearchParams;
} {
  const at = target.indexOf('?');
  return at < 0
    ? { path: target, query: new URLSearchParams() }
    : { path: target.slice(0, at), query: new URLSearchParams(target.slice(at + 1)) };
}

function clipAnswer(path: string, service: Service): Answer | null {
  if (path === SANDBOX_CLIP.path) {
    return { status: 200, headers: { 'content-type': 'audio/wav' }, body: service.clip.bytes };
  }
  if (path === CLIP_TEXT_PATH) {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    return { status: 200, headers, body: SANDBOX_CLIP.text };
  }
  return null;
}

/**
 * Returns the path that is written to the log. For a known call, this is the pattern, such as `/polyglot/:id`, because the real
 * path can contain anything, even a secret.
 */
function pathOf(method: string, path: string, { shownPath }: HttpContext): string {
  if (path === SANDBOX_CLIP.path || path === CLIP_TEXT_PATH || isControlPath(path)) return path;
  const methods = method === 'OPTIONS' ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] : [method];
  const found = methods.map((each) => findRoute(each, path)).find((match) => match !== null);
  return found?.route.pattern ?? shownPath(path);
}

interface Answered {
  readonly answer: Answer;
  /** The part of the sandbox that answered. Only answers of the service are counted and can have faults. */
  readonly from: 'service' | 'clip' | 'control';
  readonly refusal?: Refusal;
  /** The options of the token, if the request minted one. */
  readonly options?: SandboxRequest['options'];
}

async function answerTo(
  request: IncomingMessage,
  service: Service,
  context: HttpContext,
): Promise<Answered> {
  const { path, query } = splitTarget(request.url ?? '');
  const method = request.method ?? '';
  const from = isControlPath(path) ? 'control' : 'service';
  try {
    requireOwnHost(request, context);
    if (method === 'OPTIONS') return { answer: { status: 204, headers: {}, body: '' }, from };
    const body = await readBody(request, service);
    const clip = method === 'GET' ? clipAnswer(path, service) : null;
    if (clip) return { answer: clip, from: 'clip' };
    const { authorization } = request.headers;
    if (from === 'control') {
      const controlRequest = { method, path, authorization, body };
      return { answer: await answerControl(controlRequest, context.control, context.apiKey), from };
    }
    if (service.faults.take('redirect')) return { answer: REDIRECT, from };
    const found = findRoute(method, path);
    if (!found) throw new Refusal(404, 'there is no such call');
    const answer = await answerCall(found, { authorization, query, body }, service);
    if (found.route.use !== 'mint') return { answer, from };
    const { access, lifetimeS, oneTime } = service.rules.wanted(query);
    return { answer, from, options: { access, lifetime_s: lifetimeS, one_time: oneTime } };
  } catch (error) {
    const refusal = toRefusal(error);
    return { answer: refusalAnswer(refusal), from, refusal };
  }
}

/** Answers one request, after a delay of `latencyMs`. The promise never rejects. */
export async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: HttpContext,
): Promise<void> {
  const service = context.control.service();
  const { clock, realClock, faults } = service;
  const arrived = realClock.monotonic();
  const { answer, from, refusal, options } = await answerTo(request, service, context);
  if (from === 'service') service.countRequest();
  try {
    if (service.latencyMs > 0 && from !== 'control') {
      await clock.sleep(service.latencyMs, service.signal);
    }
  } catch {
    response.destroy();
    return;
  }
  if (response.destroyed) return;
  const headers = {
    ...answer.headers,
    ...dateHeader(clock),
    ...(from === 'service' && versionHeaders(faults)),
    ...(from !== 'control' && corsHeaders(request, context.allowOrigins)),
    ...(request.complete ? {} : { connection: 'close' }),
  };
  const fault = from === 'service' && answer.body !== '' ? faults.take('body') : null;
  sendAnswer(response, { ...answer, headers }, fault);
  const method = request.method ?? '';
  const path = pathOf(method, splitTarget(request.url ?? '').path, context);
  const logged = { method, path, status: answer.status };
  const taken = refusal ? '' : `${Math.round(realClock.monotonic() - arrived)} ms`;
  const text = `${taken}${fault ? ` (body:${fault.action})` : ''}`.trimStart();
  if (from === 'service') {
    const credential = credentialOf(request.headers.authorization);
    service.requestLog.record({ ...logged, credential, refusal, options, text });
  } else if (refusal) service.requestLog.refused(refusal, logged);
  else if (method !== 'GET' || from === 'clip') {
    service.requestLog.note(`${method} ${path} ${answer.status} ${text}`, logged);
  }
}

/** Sends a refusal on a connection that has no response object. Used for invalid requests and for upgrades. */
export function refuseRaw(socket: Duplex, refusal: Refusal, service: Service): void {
  const { status, headers, body } = refusalAnswer(refusal);
  const lines = Object.entries({
    ...headers,
    ...dateHeader(service.clock),
    ...versionHeaders(service.faults),
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const answer = `HTTP/1.1 ${status} Refused\r\n${lines.join('')}\r\n${body}`;
  if (socket.writable) endConnection(socket, answer, service.clock);
  else socket.destroy();
}
