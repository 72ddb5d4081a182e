import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Identity } from '../../support/authority';
import { closedPort, listen } from '../../support/fault-server';

export interface RunningProxy {
  /** The proxy's address, as HOST:PORT. */
  readonly host: string;
  /** The targets of all tunnels that clients requested. */
  tunnels(): readonly string[];
  /** Everything that the proxy logged or received. */
  seen(): string;
  close(): Promise<void>;
}

const processes = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of processes) child.kill('SIGKILL');
});

/**
 * Starts the real tinyproxy.
 * @param lines additional lines of its configuration, such as `BasicAuth USER PASSWORD`
 */
export async function startTinyproxy(...lines: readonly string[]): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-proxy-'));
  const port = await closedPort();
  const file = join(folder, 'tinyproxy.conf');
  const own = [`Port ${port}`, 'Listen 127.0.0.1', 'Allow 127.0.0.1', 'LogLevel Info'];
  writeFileSync(file, [...own, 'Timeout 60', 'MaxClients 100', ...lines, ''].join('\n'));
  const child = spawn('tinyproxy', ['-d', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  processes.add(child);
  let log = '';
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const collect = (chunk: Buffer) => {
      log += chunk;
      if (log.includes('Accepting connections')) resolve();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', () => reject(new Error(`tinyproxy ended: ${log}`)));
  });
  return {
    host: `127.0.0.1:${port}`,
    tunnels: () => [...log.matchAll(/Request .*?: CONNECT (\S+) /g)].map(([, to = '']) => to),
    seen: () => log,
    async close() {
      child.kill('SIGTERM');
      await ended;
      processes.delete(child);
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * Starts the real microsocks.
 * @param login the user and password that the proxy requires
 */
export async function startMicrosocks(
  ...login: readonly [string, string] | []
): Promise<RunningProxy> {
  const port = await closedPort();
  const [user, password] = login;
  const asked = user && password ? ['-u', user, '-P', password] : [];
  const args = ['-i', '127.0.0.1', '-p', String(port), ...asked];
  const child = spawn('microsocks', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  processes.add(child);
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  // microsocks prints nothing when it is ready, so the test tries to connect until a connection succeeds.
  await untilListening(
    port,
    ended.then(() => true as const),
  );
  return {
    host: `127.0.0.1:${port}`,
    tunnels: () => [...log.matchAll(/connected to (\S+)/g)].map(([, to = '']) => to),
    seen: () => log,
    async close() {
      child.kill('SIGTERM');
      await ended;
      processes.delete(child);
    },
  };
}

async function untilListening(port: number, ended: Promise<true>): Promise<void> {
  const attempt = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
    });
  while (!(await attempt())) {
    const isOver = await Promise.race([
      ended,
      new Promise<false>((go) => setImmediate(() => go(false))),
    ]);
    if (isOver) throw new Error('microsocks ended');
  }
}

/**
 * Starts a proxy that records all traffic. It connects every tunnel to `port` on this machine, whatever the tunnel's target is.
 */
export async function startOwnProxy(port: number, identity?: Identity): Promise<RunningProxy> {
  const tunnels: string[] = [];
  const sockets = new Set<Duplex>();
  let seen = '';
  const server = identity ? createSecureServer(identity) : createPlainServer();
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    tunnels.push(request.url ?? '');
    seen += `${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n${head}`;
    const way = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.on('data', (chunk: Buffer) => {
        seen += chunk.toString('latin1');
      });
      socket.pipe(way).pipe(socket);
    });
    for (const each of [socket, way]) {
      sockets.add(each);
      each.on('error', () => undefined).on('close', () => [socket, way].map((s) => s.destroy()));
    }
  });
  const own = await listen(server);
  return {
    host: `127.0.0.1:${own}`,
    tunnels: () => tunnels,
    seen: () => seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
