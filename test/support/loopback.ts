import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * Tries to connect to a port on each address of this machine except 127.0.0.1.
 * @returns each address with `connected` or `refused`
 */
export async function reachedBeyondLoopback(
  port: number,
): Promise<readonly (readonly [host: string, outcome: string])[]> {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal && !address.address.startsWith('fe80'))
    .map((address) => address.address);
  // On Linux, all addresses of 127.0.0.0/8 belong to this machine. On other systems, only 127.0.0.1 does.
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
