import { randomBytes, randomInt } from 'node:crypto';
import { lookup } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../context/clock';
import type { RunningSandbox, SandboxLog } from '../context/servers';
import { limitConnections } from '../core/connections';
import { CliError } from '../core/errors';
import { cannotListen } from '../core/loopback-server';
import { type Secret, secret } from '../core/secret';
import type { AudioNetwork } from './audio-connection';
import { loadClip } from './clip';
import { createControl } from './control/control';
import { brokenPromises } from './faults';
import { checkOrigins } from './hosts';
import { type HttpContext, refuseRaw, serveRequest } from './http';
import { DEFAULT_LIMITS, type Limits } from './limits';
import { createShownPath } from './log/shown-path';
import { Refusal } from './refusal';
import { createRules } from './rules';
import { createService } from './service';
import { shiftedClock } from './shifted-clock';
import { createUpgrades } from './upgrades';

export interface SandboxServerOptions {
  /** The port on 127.0.0.1. 0 selects a free port. */
  readonly port: number;
  /** The only API key that is accepted. Default: a random key. */
  readonly apiKey?: Secret | undefined;
  /** Origins whose pages may call the sandbox, in addition to loopback origins. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** The origins at which clients reach the sandbox through a forwarded port, or from outside of its container. */
  readonly publicOrigins?: readonly string[] | undefined;
  /** Whether audio may be fetched from private addresses. Default: false. */
  readonly allowPrivateAudio?: boolean | undefined;
  /** The functions that make connections for audio. Default: those of Node.js. */
  readonly audioNetwork?: AudioNetwork | undefined;
  /** The delay of every answer and session confirmation, in milliseconds. */
  readonly latencyMs?: number | undefined;
  /** Faults to inject, in the syntax of `FAULTS`. */
  readonly faults?: readonly string[] | undefined;
  /** The time between two progress messages, in milliseconds. */
  readonly paceMs?: number | undefined;
  readonly clock: Clock;
  /** Returns a fraction from 0 up to 1, for faults with a probability. Default: node:crypto. */
  readonly random?: (() => number) | undefined;
  readonly log?: SandboxLog | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

export type SandboxServer = RunningSandbox;

const HEADERS_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
/** How often Node.js checks HEADERS_TIMEOUT_MS and REQUEST_TIMEOUT_MS, in milliseconds. */
const CHECK_MS = 1000;

const PARSER_ERRORS: Readonly<Record<string, number>> = {
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
 * @throws CliError `cannot_listen`; `invalid_value` for an invalid fault, origin or port
 */
export async function startSandbox(options: SandboxServerOptions): Promise<SandboxServer> {
  const allowOrigins = checkOrigins(options.allowOrigins ?? []);
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65_535) {
    throw new CliError('invalid_value', 'The port must be a whole number from 0 to 65535.');
  }
  const apiKey = options.apiKey ?? secret(`sandbox-${randomBytes(18).toString('base64url')}`);
  const clip = await loadClip();
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  // The HTTP server does not close upgraded connections, so `endSessions` closes them.
  const upgraded = new Set<Duplex>();
  const endSessions = () => {
    for (const socket of upgraded) socket.destroy();
  };
  const control = createControl({
    clock: options.clock,
    log: options.log ?? (() => {}),
    faults: options.faults ?? [],
    random: options.random ?? randomFraction,
    endSessions,
    create: ({ clock, faults, requestLog, signal }) => {
      const offset = () => faults.left().find(({ point }) => point === 'clock')?.values['OFFSET'];
      return createService({
        clock: shiftedClock(clock, offset),
        realClock: options.clock,
        signal,
        clip,
        limits,
        audioNetwork: options.audioNetwork ?? { lookup },
        allowPrivateAudio: options.allowPrivateAudio === true,
        paceMs: options.paceMs ?? 0,
        latencyMs: options.latencyMs ?? 0,
        requestLog,
        apiKey,
        faults,
        rules: createRules(() => brokenPromises(faults.left())),
      });
    },
  });

  let port = 0;
  const { publicOrigins = [] } = options;
  const shownPath = createShownPath(apiKey);
  const context: HttpContext = {
    port: () => port,
    publicOrigins,
    allowOrigins,
    control,
    apiKey,
    shownPath,
  };
  const server = createServer({
    // Turns off the Host check of Node.js. This server checks the header itself, so that it can send its own error.
    requireHostHeader: false,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_MS,
  });
  const connections = limitConnections(limits.connections);
  server.on('connection', connections.add);
  const sockets = new Set<Socket>();
  let keepsAlive = true;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    if (!keepsAlive) socket.unref();
  });
  const upgrade = createUpgrades(context);
  server.on('request', (request, response) => {
    connections.follow(request, response);
    void serveRequest(request, response, context);
  });
  server.on('upgrade', (request, socket, head) => {
    connections.release(socket);
    upgraded.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => upgraded.delete(socket));
    upgrade(request, socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = PARSER_ERRORS[error.code ?? ''] ?? 400;
    const refusal = new Refusal(status, 'the request is not valid HTTP');
    refuseRaw(socket, refusal, control.service());
    control.service().requestLog.refused(refusal, { method: '-', path: '-' });
  });
  port = await listen(server, options.port);

  let closed: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: apiKey.reveal(),
    stats: () => control.service().stats(),
    requests: control.requests,
    fail: (...specs) => control.fail(specs),
    reset: control.reset,
    advance: control.advance,
    unref() {
      keepsAlive = false;
      server.unref();
      for (const socket of sockets) socket.unref();
    },
    close() {
      closed ??= new Promise((resolve) => {
        control.close();
        server.close(() => resolve());
        server.closeAllConnections();
        endSessions();
      });
      return closed;
    },
  };
}
