import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

/** What comes of connecting to a port by each address of this machine that is not 127.0.0.1: `connected` or `refused`. */
export async function reachedBeyondLoopback(
  port: number,
): Promise<readonly (readonly [host: string, outcome: string])[]> {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal && !address.address.startsWith('fe80'))
    .map((address) => address.address);
  // Only Linux takes all of 127.0.0.0/8 for its own.
  if (process.platform === 'linux') others.push('127.0.0.2');
  return Promise.all(
    others.map(
      (host) =>
        new Promise<readonly [string, string]>((resolve) => {
          const socket = connect(port, host, () => {
            socket.destroy();
            resolve([host, 'connected']);
          });
          socket.on('error', () => resolve([host, 'refused']));
        }),
    ),
  );
}
