import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

const LISTENING = `
const { parentPort, workerData } = require('node:worker_threads');
const server = require('node:net').createServer();
server.listen({ ...workerData, backlog: 1 }, () => {
  parentPort.postMessage('listening');
  // Blocks this thread, so that no connection is accepted from now on.
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});
`;

/** Number of connections that Linux completes for a listener with a backlog of 1. Linux ignores further connections. */
const HELD = 2;

/**
 * Makes an address ignore all connection attempts, so that clients wait without an error.
 * @returns a function that closes the listener at the address
 */
export async function startBlackHole(host: string, port: number): Promise<() => Promise<void>> {
  const worker = new Worker(LISTENING, { eval: true, workerData: { host, port } });
  await once(worker, 'message');
  const waiting: Socket[] = [];
  for (let count = 0; count < HELD; count += 1) {
    const socket = connect(port, host);
    socket.on('error', () => undefined);
    waiting.push(socket);
    await once(socket, 'connect');
  }
  return async () => {
    for (const socket of waiting) socket.destroy();
    await worker.terminate();
  };
}
