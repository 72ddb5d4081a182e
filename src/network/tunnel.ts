import { type IncomingMessage, Agent as PlainAgent, request as requestPlain } from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import { isIPv6, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { CliError } from '../core/errors';
import { localAddresses } from '../core/localhost';
import { isLoopbackHost } from '../core/origin';
import { connectionRules } from './connection-rules';
import { requirePeer } from './localhost';
import { watchCertificate } from './peer-certificate';
import { isSocks, type ProxyServer } from './proxy';
import { proxyFailed, proxyRefusal } from './proxy-errors';

/**
 * Loads the code for SOCKS proxies. The HTTP client of the library does not support SOCKS, because SOCKS would make the code of
 * that client 1.5 times as large.
 */
export type LoadSocks = () => Promise<Pick<typeof import('./socks'), 'openSocksTunnel'>>;

interface AgentRules {
  /** Whether the client uses TLS with the server inside the tunnel. */
  readonly isSecure: boolean;
  readonly keepAlive: boolean;
  readonly secureContext: SecureContext | undefined;
  readonly loadSocks: LoadSocks | undefined;
}

/** The options that a request passes to its agent. */
interface TunnelTarget {
  readonly host: string;
  readonly port: number;
  readonly tunnelSignal: AbortSignal;
}

/**
 * Creates an agent that connects through a proxy, with CONNECT (RFC 9110, 9.3.6) or SOCKS5. Each request of the agent must have
 * the option that `tunnelOption` returns. If the proxy causes a failure, the request fails with `proxy_auth_required` or
 * `proxy_failed`. The package https-proxy-agent is not used, for these reasons:
 * - It reads the proxy's answer without a size limit.
 * - It cannot be aborted while it waits for the proxy.
 * - It returns a proxy's refusal as if it were the server's answer.
 * - It prints the proxy's password if DEBUG is set.
 */
export function createTunnelAgent(
  proxy: ProxyServer,
  { isSecure, keepAlive, secureContext, loadSocks }: AgentRules,
): PlainAgent {
  const agent: PlainAgent = isSecure
    ? new SecureAgent({ keepAlive, secureContext })
    : new PlainAgent({ keepAlive });
  const connect = agent.createConnection.bind(agent);
  // Behind a remote proxy, even `localhost` is not this machine, so certificates are always verified.
  const rules = isLoopbackHost(proxy.url.hostname) ? {} : { rejectUnauthorized: true };
  agent.createConnection = (options, callback) => {
    const done = callback as (error: Error | null, socket?: Duplex) => void;
    openTunnel(proxy, options as TunnelTarget, { secureContext, loadSocks }).then((socket) => {
      const inner = { ...options, ...rules, socket };
      done(null, (isSecure && connect(inner)) || socket);
    }, done);
    return undefined;
  };
  return agent;
}

/**
 * Opens a tunnel through a proxy. For `localhost`, the proxy gets the loopback addresses, because the proxy could resolve the
 * name to another machine.
 * @throws CliError `proxy_invalid` for a SOCKS proxy without `loadSocks`; `proxy_auth_required`, `proxy_failed`; `dns_failed` if
 * this machine cannot resolve the name; the reason of the signal if it aborts
 */
export async function openTunnel(
  proxy: ProxyServer,
  target: TunnelTarget,
  { secureContext, loadSocks }: Pick<AgentRules, 'secureContext' | 'loadSocks'>,
): Promise<Socket> {
  const open = isSocks(proxy) ? await socksOpener(proxy, loadSocks) : askForTunnel;
  if (target.host !== 'localhost') return open(proxy, target, secureContext);
  let failure: unknown;
  for (const { address } of localAddresses()) {
    try {
      return await open(proxy, { ...target, host: address }, secureContext);
    } catch (error) {
      if (!(error instanceof CliError) || error.code !== 'proxy_failed') throw error;
      failure ??= error;
    }
  }
  throw failure;
}

async function socksOpener({ variable }: ProxyServer, load: LoadSocks | undefined) {
  if (load) return (await load()).openSocksTunnel;
  throw new CliError(
    'proxy_invalid',
    `${variable} names a SOCKS proxy, which the library vocalstack-token does not support.`,
    {
      hint: `Set ${variable} to an http or https proxy, or list the API server in NO_PROXY.`,
    },
  );
}

function askForTunnel(
  proxy: ProxyServer,
  { host, port, tunnelSignal: signal }: TunnelTarget,
  secureContext: SecureContext | undefined,
): Promise<Socket> {
  const target = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const isSecure = proxy.url.protocol === 'https:';
    const outgoing = (isSecure ? requestSecure : requestPlain)(proxy.url, {
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...authorization(proxy) },
      agent: false,
      ...connectionRules(proxy.url),
      ...(isSecure && secureContext ? { secureContext } : {}),
    });
    outgoing.removeHeader('connection');
    requirePeer(outgoing, proxy.url);
    const certificate = watchCertificate(outgoing);
    const settle = () => signal.removeEventListener('abort', abort);
    const fail = (reason: unknown) => {
      settle();
      reject(reason);
      outgoing.destroy();
    };
    const abort = () => fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    outgoing.on('error', (error) => fail(proxyFailed(error, proxy, certificate())));
    outgoing.on('connect', (answer: IncomingMessage, socket: Socket, early: Buffer) => {
      settle();
      const refusal = proxyRefusal(proxy, target, answer, early);
      if (!refusal) return resolve(socket);
      socket.destroy();
      reject(refusal);
    });
    outgoing.end();
  });
}

function authorization({ credentials }: ProxyServer): Readonly<Record<string, string>> {
  if (!credentials) return {};
  const { user, password } = credentials;
  const encoded = Buffer.from(`${user.reveal()}:${password.reveal()}`).toString('base64');
  return { 'proxy-authorization': `Basic ${encoded}` };
}
