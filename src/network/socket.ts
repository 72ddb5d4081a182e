import { WebSocket } from 'ws';
import type { Clock } from '../context/clock';
import type { ConnectOptions, Socket } from '../context/socket';
import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { closedEarly, invalidResponse, responseTooLarge } from './answer-errors';
import { networkError } from './errors';
import { openWebSocket } from './handshake';

export const PING_MS = 10_000;
export const CLOSE_MS = 2000;
/**
 * Time limit for closing the connection after the signal aborted, such as after Ctrl-C, in milliseconds. Shorter than `CLOSE_MS`,
 * the limit without an abort, so that the program ends quickly.
 */
export const CLOSE_ABORTED_MS = 250;
const MAX_QUEUED_MESSAGES = 64;
const MAX_QUEUED_CHARACTERS = 1024 * 1024;

/**
 * Opens a WebSocket with Node's TLS and the package ws: no compression, no redirects, messages of at most 8 MiB.
 * @param env the variables for proxies and certificate authorities
 * @throws CliError the same errors as `openWebSocket`
 */
export async function connectSocket(
  url: URL,
  { signal, clock, withhold, refusalOf }: ConnectOptions,
  env: Environment,
): Promise<Socket> {
  return createPullSocket(await openWebSocket(url, { signal, refusalOf }, env), {
    host: url.host,
    ...{ signal, clock, withhold },
  });
}

interface SocketContext extends Pick<ConnectOptions, 'signal' | 'clock' | 'withhold'> {
  readonly host: string;
}

interface Waiter {
  readonly resolve: (message: string) => void;
  readonly reject: (reason: unknown) => void;
}

function createPullSocket(
  socket: WebSocket,
  { host, signal, clock, withhold }: SocketContext,
): Socket {
  const queue: string[] = [];
  const waiters: Waiter[] = [];
  const unsent = new Set<(reason: unknown) => void>();
  let queuedCharacters = 0;
  let failure: { readonly reason: unknown } | undefined;
  let closing: Promise<void> | undefined;

  const fail = (reason: unknown) => {
    if (failure) return;
    failure = { reason };
    for (const waiter of waiters.splice(0)) waiter.reject(reason);
    for (const reject of unsent) reject(reason);
  };
  const breakOff = (reason: unknown) => {
    fail(reason);
    socket.terminate();
  };

  const stopPinging = keepAlive(socket, clock, () => breakOff(connectionLost(host)));

  const startClosing = () =>
    new Promise<void>((resolve) => {
      if (socket.readyState === WebSocket.CLOSED) return resolve();
      fail(new CliError('closed_early', `The connection to ${host} was closed by this program.`));
      socket.once('close', () => resolve());
      // A paused socket would never receive the answer to the close frame.
      socket.resume();
      socket.close(1000);
    });
  const close = () => {
    closing ??= startClosing();
    const withinMs = signal.aborted ? CLOSE_ABORTED_MS : CLOSE_MS;
    const cancel = clock.timer(withinMs, () => socket.terminate());
    return closing.finally(cancel);
  };
  const abort = () => {
    fail(signal.reason);
    void close();
  };

  socket.on('message', (data, isBinary) => {
    if (failure) return;
    if (isBinary) return breakOff(invalidResponse(host, 'a message of the session is binary.'));
    const text = data.toString();
    const waiter = waiters.shift();
    if (waiter) return waiter.resolve(text);
    queue.push(text);
    queuedCharacters += text.length;
    if (queue.length >= MAX_QUEUED_MESSAGES || queuedCharacters >= MAX_QUEUED_CHARACTERS) {
      socket.pause();
    }
  });
  socket.on('error', (error) => breakOff(frameError(error, host)));
  socket.on('close', (code, reason) => {
    stopPinging();
    signal.removeEventListener('abort', abort);
    fail(closedEarly(host, code, withhold(reason.toString())));
  });
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  socket.resume();

  return {
    close,
    send: (data) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure.reason);
        unsent.add(reject);
        socket.send(data, (error) => {
          if (error && !failure && socket.readyState === WebSocket.CLOSING) {
            // The server is closing the connection. Do not reject with the error of `socket.send`: when the connection has ended,
            // `fail` rejects this Promise with the reason that the server gave.
            socket.once(
              'close',
              clock.timer(CLOSE_MS, () => socket.terminate()),
            );
            return;
          }
          unsent.delete(reject);
          if (error) reject(failure?.reason ?? networkError(error, host));
          else resolve();
        });
      }),
    next: () =>
      new Promise((resolve, reject) => {
        const text = queue.shift();
        if (text === undefined) {
          if (failure) reject(failure.reason);
          else waiters.push({ resolve, reject });
          return;
        }
        queuedCharacters -= text.length;
        if (queue.length === 0) socket.resume();
        resolve(text);
      }),
  };
}

/**
 * Sends pings at intervals. Calls `onSilence` if nothing has arrived since the last ping.
 * @returns a function that stops the pings
 */
function keepAlive(socket: WebSocket, clock: Clock, onSilence: () => void): () => void {
  let hasActivity = true;
  const noteActivity = () => {
    hasActivity = true;
  };
  socket.on('message', noteActivity).on('pong', noteActivity).on('ping', noteActivity);
  const tick = () => {
    if (!hasActivity) return onSilence();
    // A paused socket receives nothing, so a missing answer is then no failure.
    hasActivity = socket.isPaused;
    if (socket.readyState === WebSocket.OPEN) socket.ping();
    cancel = clock.timer(PING_MS, tick);
  };
  let cancel = clock.timer(PING_MS, tick);
  return () => cancel();
}

function connectionLost(host: string): CliError {
  return new CliError(
    'connection_lost',
    `The connection to ${host} was lost: the server stopped answering.`,
    {
      hint: 'Check the network and try again.',
    },
  );
}

/**
 * Turns an error of the package ws into a CliError. The package ws reports an error if the server sends data that breaks the
 * WebSocket protocol.
 */
function frameError(error: Error, host: string): CliError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return responseTooLarge(host);
  if (code.startsWith('WS_ERR_')) {
    return invalidResponse(host, 'the server sent data that breaks the WebSocket protocol.');
  }
  return networkError(error, host);
}
