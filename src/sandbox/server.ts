import { randomBytes, randomInt } from 'node:crypto';
import { lookup } from 'node:dns';
import { setMaxListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../context/clock';
import type { RunningSandbox } from '../context/servers';
import { limitConnections } from '../core/connections';
import { CliError } from '../core/errors';
import { cannotListen } from '../core/loopback-server';
import { type Secret, secret } from '../core/secret';
import type { AudioNetwork } from './audio-connection';
import { loadClip } from './clip';
import { brokenPromises, createFaults, parseFaults } from './faults';
import { checkOrigins } from './hosts';
import { type Door, refuseRaw, serveRequest } from './http';
import { DEFAULT_LIMITS, type Limits } from './limits';
import { offClock } from './off-clock';
import { Refusal } from './refusal';
import { createRules } from './rules';
import { createService } from './service';
import { createUpgrades } from './upgrades';

export interface SandboxServerOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** The one key that is accepted; made for this run when none is given. */
  readonly apiKey?: Secret | undefined;
  /** Origins whose pages may call, beside those of loopback. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Where a forwarded port or a container shows it as well. */
  readonly publicOrigins?: readonly string[] | undefined;
  /** Whether audio may be fetched from private addresses. Default: false. */
  readonly allowPrivateAudio?: boolean | undefined;
  /** How audio is reached. Default: by Node.js. */
  readonly audioNetwork?: AudioNetwork | undefined;
  /** Before every answer and confirmation, in milliseconds. */
  readonly latencyMs?: number | undefined;
  /** Specifications as in FAULTS. */
  readonly faults?: readonly string[] | undefined;
  /** Between two messages about progress, in milliseconds. */
  readonly paceMs?: number | undefined;
  readonly clock: Clock;
  /** A fraction from 0 up to 1, for faults with a probability. Default: that of node:crypto. */
  readonly random?: (() => number) | undefined;
  /** Takes a line a request, without its line break, and without any secret. */
  readonly log?: ((line: string) => void) | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** A sandbox that runs. */
export type SandboxServer = RunningSandbox;

const HEADERS_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
/** How often it is looked for who has taken longer. */
const CHECK_MS = 1000;

const BROKEN_REQUESTS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const randomFraction = () => randomInt(2 ** 32) / 2 ** 32;

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => reject(cannotListen(port, code)));
    server.listen({ port, host: '127.0.0.1' }, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/**
 * Starts the emulator of the VocalStack service on 127.0.0.1.
 * @throws CliError `cannot_listen`; `invalid_value` for a fault, an origin or a port that cannot be
 */
export async function startSandbox(options: SandboxServerOptions): Promise<SandboxServer> {
  const played = parseFaults(options.faults ?? []);
  const faults = createFaults(played, options.random ?? randomFraction);
  const offset = faults.take('clock')?.values['OFFSET'];
  const allowOrigins = checkOrigins(options.allowOrigins ?? []);
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65_535) {
    throw new CliError('invalid_value', 'A port is a whole number from 0 to 65535.');
  }
  const apiKey = options.apiKey ?? secret(`sandbox-${randomBytes(18).toString('base64url')}`);
  const closing = new AbortController();
  // Every held answer waits for it, however many there are.
  setMaxListeners(0, closing.signal);
  const service = createService({
    clock: offset === undefined ? options.clock : offClock(options.clock, offset),
    signal: closing.signal,
    clip: await loadClip(),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    audioNetwork: options.audioNetwork ?? { lookup },
    allowPrivateAudio: options.allowPrivateAudio === true,
    paceMs: options.paceMs ?? 0,
    latencyMs: options.latencyMs ?? 0,
    log: options.log ?? (() => {}),
    apiKey,
    faults,
    rules: createRules(brokenPromises(played)),
  });

  let port = 0;
  const { publicOrigins = [] } = options;
  const door: Door = { port: () => port, publicOrigins, allowOrigins };
  const server = createServer({
    // Ours instead, so that the refusal looks like every other answer.
    requireHostHeader: false,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_MS,
  });
  const connections = limitConnections(service.limits.connections);
  server.on('connection', connections.add);
  // Those are no longer the server's own to close.
  const upgraded = new Set<Duplex>();
  const upgrade = createUpgrades(service, door);
  server.on('request', (request, response) => {
    connections.follow(request, response);
    void serveRequest(request, response, service, door);
  });
  server.on('upgrade', (request, socket, head) => {
    connections.release(socket);
    upgraded.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => upgraded.delete(socket));
    upgrade(request, socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = BROKEN_REQUESTS[error.code ?? ''] ?? 400;
    refuseRaw(socket, new Refusal(status, 'the request is not as HTTP wants it'), service);
  });
  port = await listen(server, options.port);

  let closed: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: apiKey.reveal(),
    stats: service.stats,
    close() {
      closed ??= new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      });
      return closed;
    },
  };
}
