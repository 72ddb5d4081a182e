import type { Clock } from '../context/clock';
import type { SandboxLogEntry, SandboxRequest, SandboxStats } from '../context/servers';
import { parseApiKey } from '../core/api-key';
import { ASYNC_DISPOSE } from '../core/async-dispose';
import { invalid } from '../core/named-options';
import { withSafeCause } from '../core/safe-cause';
import { createSecretRegister } from '../core/secret-register';
import { toTokenError } from '../core/token-error';
import { systemClock } from '../system/clock';
import { requireSandboxOptions } from './options';
import { startSandbox as startServer } from './server';
import { isUnderNodeTest } from './test-runner';

export type { Clock } from '../context/clock';
export type { SandboxLogEntry, SandboxRequest, SandboxStats } from '../context/servers';
export { type ErrorCode, isTokenError, TokenError } from '../core/token-error';
export { FAULTS, type FaultKind } from './faults';

/** Everything is optional: without options the sandbox takes a free port and makes a key of its own. */
export interface SandboxOptions {
  /** The port on 127.0.0.1. Default 0: a free one. */
  readonly port?: number | undefined;
  /** The one API key that is accepted: visible ASCII. Default: a random one, in `apiKey` of the result. */
  readonly apiKey?: string | undefined;
  /**
   * Origins (`https://app.example.com`) whose pages may call the sandbox. Pages on localhost, 127.0.0.1 and [::1] always
   * may.
   */
  readonly allowOrigins?: readonly string[] | undefined;
  /**
   * Whether audio may be fetched from private addresses, such as 192.168.1.20: any page that may call the sandbox could then read
   * audio there, and the text beside it. Default: false. Audio on this machine always may be, where it is named directly.
   */
  readonly allowPrivateAudio?: boolean | undefined;
  /** How long every answer and every session's confirmation is held back, in milliseconds. Default 0. */
  readonly latencyMs?: number | undefined;
  /** What is to go wrong, such as `mint:503*2@0.5`: see `FAULTS`. Default: nothing. */
  readonly faults?: readonly string[] | undefined;
  /** The time between two messages about a transcription's progress, in milliseconds. Default 0. */
  readonly paceMs?: number | undefined;
  /** A fraction from 0 up to 1, for faults with a probability such as `mint:503@0.2`. Default: cryptographic. */
  readonly random?: (() => number) | undefined;
  /** The clock by which tokens expire. Default: the system's. */
  readonly clock?: Clock | undefined;
  /**
   * Takes a line a request, with the time in front, and the same as data. A refusal says its reason, one within an open WebSocket, too.
   * Neither holds a key, a token or a query.
   */
  readonly log?: ((line: string, entry: SandboxLogEntry) => void) | undefined;
}

/** A sandbox that runs. */
export interface RunningSandbox {
  /** Where it listens: `http://127.0.0.1:PORT`, for a client's `apiServer`. */
  readonly url: string;
  /** The API key that it accepts. It opens nothing but this sandbox. */
  readonly apiKey: string;
  /** What it has done so far. */
  stats(): SandboxStats;
  /** The latest 1000 requests, the oldest first, with credentials by their fingerprints. `GET /sandbox/requests` answers the same. */
  requests(): readonly SandboxRequest[];
  /**
   * Plays faults from now on, such as `fail('mint:503*2')`, besides those that are still to be played.
   * @throws TokenError `invalid_value` for a fault that there is not
   */
  fail(...faults: readonly string[]): void;
  /**
   * Makes everything as it was at the start, within this call: no tokens, no sessions, no requests, and the faults and the time of the
   * start. Open WebSockets are closed.
   */
  reset(): void;
  /**
   * Puts its clock forward: tokens expire, and streams time out. Resolves when what falls due on the way was done.
   * @param ms from 0 to 24 hours
   * @throws TokenError `invalid_value` for any other number
   */
  advance(ms: number): Promise<void>;
  /**
   * Lets the process end while the sandbox still runs. Where `node:test` is in use, that is so from the start, so that a forgotten
   * sandbox does not keep the runner waiting.
   */
  unref(): void;
  /** Ends it within two seconds, whatever its clients do; may be called again. */
  close(): Promise<void>;
  /** For `await using`: the same as `close`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an emulator of the VocalStack service on loopback, for tests and offline work: no account, no network.
 * @example
 * const sandbox = await startSandbox();
 * // ... point a client at sandbox.url with sandbox.apiKey
 * await sandbox.close();
 * @throws TokenError `cannot_listen` when the port is taken or may not be used, `invalid_value` for an option
 *   that cannot be, `key_empty` or `key_malformed` for an API key that cannot be one
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  try {
    requireSandboxOptions(options);
    // The server keeps the process alive, unless it was told not to.
    const { apiKey, clock = systemClock({ keepsAlive: false }), port = 0, ...rest } = options;
    const key = apiKey === undefined ? undefined : parseApiKey(apiKey, 'The option apiKey');
    const server = await startServer({ ...rest, port, clock, apiKey: key });
    if (isUnderNodeTest()) server.unref();
    return {
      ...server,
      fail(...faults) {
        try {
          if (faults.some((fault) => typeof fault !== 'string')) {
            throw invalid("fail takes each fault as a text: fail('mint:503', 'read:500').");
          }
          server.fail(...faults);
        } catch (error) {
          throw toTokenError(error);
        }
      },
      async advance(ms) {
        try {
          await server.advance(ms);
        } catch (error) {
          throw toTokenError(error);
        }
      },
      [ASYNC_DISPOSE]: server.close,
    };
  } catch (error) {
    // Nothing is sent while it starts, so that no text could repeat a secret but for those of the environment.
    throw toTokenError(await withSafeCause(error, createSecretRegister({})));
  }
}
