import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { endConnection } from '../core/connections';
import { orStop } from '../core/or-stop';
import { SANDBOX_CLIP } from '../core/sample-clips';
import { type Answer, dateHeader, refusalAnswer, versionHeaders } from './answers';
import { corsHeaders, requireOwnHost } from './hosts';
import { Refusal, toRefusal } from './refusal';
import { answerCall, findRoute } from './routes';
import { sendAnswer } from './send-answer';
import type { Service } from './service';

/** Which pages may read the answers, and under which port this server is its own. */
export interface Door {
  readonly port: () => number;
  /** Where a forwarded port or a container shows it as well. */
  readonly publicOrigins: readonly string[];
  readonly allowOrigins: readonly string[];
}

const REDIRECT: Answer = {
  status: 302,
  headers: { location: 'https://example.invalid/' },
  body: '',
};
const CLIP_TEXT_PATH = SANDBOX_CLIP.path.replace(/wav$/, 'txt');

/** Path and query of a request; its target was checked to begin with a slash. */
export function splitTarget(target: string): {
  readonly path: string;
  readonly query: URLSearchParams;
} {
  const at = target.indexOf('?');
  return at < 0
    ? { path: target, query: new URLSearchParams() }
    : { path: target.slice(0, at), query: new URLSearchParams(target.slice(at + 1)) };
}

/** Reads a body to its end, though no call needs one, so that the connection stays usable. */
async function skipBody(request: IncomingMessage, { clock, limits }: Service): Promise<void> {
  const late = new AbortController();
  const cancelTimer = clock.timer(limits.bodyMs, () =>
    late.abort(new Refusal(408, 'the request took too long to arrive')),
  );
  try {
    await orStop(readBody(request, limits.bodyBytes), late.signal);
  } finally {
    cancelTimer();
  }
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<void> {
  const tooLarge = () => new Refusal(413, 'the body is too large');
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
  }
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

/** What the log calls a request: the pattern of its path, never the path itself, which can hold a secret. */
function nameOf(request: IncomingMessage): string {
  const { path } = splitTarget(request.url ?? '');
  if (path === SANDBOX_CLIP.path || path === CLIP_TEXT_PATH) return path;
  const all = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
  const methods = request.method === 'OPTIONS' ? all : [request.method ?? ''];
  const found = methods.map((method) => findRoute(method, path)).find((match) => match !== null);
  return found?.route.pattern ?? '(no such path)';
}

async function answerTo(
  request: IncomingMessage,
  service: Service,
  door: Door,
): Promise<{ readonly answer: Answer; readonly isClip: boolean }> {
  try {
    requireOwnHost(request, door);
    const { path, query } = splitTarget(request.url ?? '');
    if (request.method === 'OPTIONS') {
      return { answer: { status: 204, headers: {}, body: '' }, isClip: false };
    }
    await skipBody(request, service);
    const clip = request.method === 'GET' ? clipAnswer(path, service) : null;
    if (clip) return { answer: clip, isClip: true };
    if (service.faults.take('redirect')) return { answer: REDIRECT, isClip: false };
    const found = findRoute(request.method ?? '', path);
    if (!found) throw new Refusal(404, 'there is no such call');
    const { authorization } = request.headers;
    return { answer: answerCall(found, { authorization, query }, service), isClip: false };
  } catch (error) {
    return { answer: refusalAnswer(toRefusal(error)), isClip: false };
  }
}

/** Answers one request, after the latency; never rejects. */
export async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  service: Service,
  door: Door,
): Promise<void> {
  const { clock } = service;
  const arrived = clock.monotonic();
  const { answer, isClip } = await answerTo(request, service, door);
  if (!isClip) service.countRequest();
  try {
    if (service.latencyMs > 0) await clock.sleep(service.latencyMs, service.signal);
  } catch {
    return;
  }
  if (response.destroyed) return;
  const headers = {
    ...answer.headers,
    ...dateHeader(clock),
    ...(isClip ? {} : versionHeaders(service.faults)),
    ...corsHeaders(request, door.allowOrigins),
    ...(request.complete ? {} : { connection: 'close' }),
  };
  const hasBody = !isClip && answer.body !== '';
  const fault = hasBody ? service.faults.take('body') : null;
  sendAnswer(response, { ...answer, headers }, fault);
  const ms = Math.round(clock.monotonic() - arrived);
  const played = fault ? ` (body:${fault.action})` : '';
  service.log(`${request.method} ${nameOf(request)} ${answer.status} ${ms} ms${played}`);
}

/** Refuses on a connection that has no response object: a broken request, or an upgrade. */
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
