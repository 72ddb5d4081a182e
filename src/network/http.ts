import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { PeerCertificate } from 'node:tls';
import type { Http, HttpRequest, HttpResponse, WireAnswer } from '../context/http';
import type { Environment } from '../core/environment';
import { connectionReset, invalidResponse, responseTooLarge } from './answer-errors';
import { connectionRules } from './connection-rules';
import { requirePeer } from './localhost';
import { watchCertificate } from './peer-certificate';
import { preventResend } from './prevent-resend';
import type { ProxyServer } from './proxy';
import { routeTo, tunnelOption, withProxy } from './route';
import type { LoadSocks } from './tunnel';
import { USER_AGENT } from './user-agent';

/** Maximum size of the body of an error response, in bytes. Real error responses are smaller. */
const MAX_ERROR_BYTES = 64 * 1024;

type NodeHttp = typeof import('node:http');

/** Loads Node's module for a scheme. Called when the first request is sent, so TLS is loaded only for https. */
export type LoadHttp = (scheme: 'http' | 'https') => NodeHttp | typeof import('node:https');

interface Transport {
  readonly agent: Agent;
  readonly request: NodeHttp['request'];
  readonly proxy: ProxyServer | null;
  readonly rules: ReturnType<typeof connectionRules>;
}

/**
 * Creates an HTTP client with keep-alive connections. It uses node:http, because loading the global fetch takes four times as
 * long.
 * @param env the variables for proxies and certificate authorities
 * @param load loads node:http or node:https; called once for each server
 * @param loadSocks loads the code for SOCKS proxies; if undefined, a SOCKS proxy is an error
 */
export function createHttp(env: Environment, load: LoadHttp, loadSocks?: LoadSocks): Http {
  const transports = new Map<string, Promise<Transport>>();
  return {
    async send(request) {
      const { origin } = request.url;
      const opening = transports.get(origin) ?? openTransport(request.url, env, load, loadSocks);
      transports.set(origin, opening);
      const transport = await opening.catch((error) => {
        transports.delete(origin);
        throw error;
      });
      request.signal.throwIfAborted();
      const end = await exchange(transport, request);
      if (!('error' in end)) return end;
      const { networkError } = await import('./errors');
      const error = networkError(end.error, request.url.host, end.leaf);
      if (error.code !== 'tls_failed') throw error;
      const { explainUntrusted } = await import('./untrusted');
      throw await explainUntrusted(error, end.error, env);
    },
    close() {
      for (const transport of transports.values()) {
        transport.then(
          ({ agent }) => agent.destroy(),
          () => {},
        );
      }
    },
  };
}

async function openTransport(
  url: URL,
  env: Environment,
  load: LoadHttp,
  loadSocks: LoadSocks | undefined,
): Promise<Transport> {
  const { proxy, secureContext } = await routeTo(url, env);
  const isSecure = url.protocol === 'https:';
  const { Agent, request } = load(isSecure ? 'https' : 'http');
  const rules = connectionRules(url);
  if (proxy) {
    const { createTunnelAgent } = await import('./tunnel');
    const agent = createTunnelAgent(proxy, {
      ...{ isSecure, keepAlive: true, secureContext, loadSocks },
    });
    return { agent, request, proxy, rules };
  }
  return { agent: new Agent({ keepAlive: true, secureContext }), request, proxy, rules };
}

/** A failed exchange. Its error becomes a CliError later, in a module that is loaded only after a failure. */
interface FailedExchange {
  readonly error: unknown;
  /** The certificate of the server, if it was received. */
  readonly leaf: PeerCertificate | undefined;
}

function exchange(
  transport: Transport,
  request: HttpRequest,
): Promise<HttpResponse | FailedExchange> {
  const { url, signal } = request;
  return new Promise((resolve, reject) => {
    const outgoing: ClientRequest = transport.request(url, {
      method: request.method,
      headers: {
        'user-agent': USER_AGENT,
        ...request.headers,
        ...(request.body && { 'content-length': String(request.body.length) }),
        'accept-encoding': 'identity',
      },
      agent: transport.agent,
      ...transport.rules,
      ...tunnelOption(signal),
    });
    if (!transport.proxy) requirePeer(outgoing, url);
    const certificate = watchCertificate(outgoing);
    // After `watchCertificate`, which needs the flag that `preventResend` changes.
    preventResend(outgoing);
    const abort = () => fail(withProxy(signal.reason, transport.proxy));
    const settle = () => signal.removeEventListener('abort', abort);
    const fail = (reason: unknown) => {
      settle();
      reject(reason);
      outgoing.destroy();
    };
    const breakOff = (error: unknown) => {
      settle();
      resolve({ error, leaf: certificate() });
      outgoing.destroy();
    };
    signal.addEventListener('abort', abort, { once: true });
    outgoing.on('error', breakOff);
    outgoing.on('upgrade', () =>
      fail(invalidResponse(url.host, 'the server switched to another protocol.')),
    );
    outgoing.on('response', (incoming) => {
      incoming.on('error', breakOff);
      readBody(incoming, request).then((bytes) => {
        settle();
        resolve({
          status: incoming.statusCode ?? 0,
          headers: headersOf(incoming),
          body: bytes.toString('utf8'),
          ...(request.keepsWire && { wire: wireOf(incoming, bytes) }),
        });
      }, fail);
    });
    outgoing.end(request.body);
  });
}

function readBody(incoming: IncomingMessage, { url, maxBytes }: HttpRequest): Promise<Buffer> {
  const status = incoming.statusCode ?? 0;
  const limit = status >= 200 && status < 300 ? maxBytes : Math.min(maxBytes, MAX_ERROR_BYTES);
  return new Promise((resolve, reject) => {
    const encoding = incoming.headers['content-encoding'] ?? 'identity';
    if (encoding.trim().toLowerCase() !== 'identity') {
      reject(
        invalidResponse(
          url.host,
          'the answer is compressed, although vstoken accepts no compression.',
        ),
      );
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) reject(responseTooLarge(url.host));
      else chunks.push(chunk);
    });
    incoming.on('end', () => {
      if (incoming.complete) resolve(Buffer.concat(chunks));
    });
    incoming.on('close', () => {
      if (!incoming.complete || !incoming.readableEnded) reject(connectionReset(url.host));
    });
  });
}

function headersOf(incoming: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function wireOf(incoming: IncomingMessage, body: Uint8Array): WireAnswer {
  const { httpVersion, statusCode, statusMessage, rawHeaders } = incoming;
  const headers = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : [],
  );
  return {
    statusLine: `HTTP/${httpVersion} ${statusCode} ${statusMessage ?? ''}`.trimEnd(),
    headers,
    body,
  };
}
