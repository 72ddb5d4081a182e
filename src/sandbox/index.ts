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

/** All options are optional. Without them, the sandbox uses a free port and a random key. */
export interface SandboxOptions {
  /** The port on 127.0.0.1. Default 0: a free one. */
  readonly port?: number | undefined;
  /** The only API key that is accepted: visible ASCII. Default: a random key, in `apiKey` of the result. */
  readonly apiKey?: string | undefined;
  /**
   * Origins (`https://app.example.com`) whose pages may call the sandbox. Pages on localhost, 127.0.0.1 and [::1] are always
   * allowed.
   */
  readonly allowOrigins?: readonly string[] | undefined;
  /**
   * Whether audio may be fetched from private addresses, such as 192.168.1.20. Then any page that may call the sandbox can read
   * audio there, and its text files. Default: false. Audio on this machine is always allowed, if the URL names it directly.
   */
  readonly allowPrivateAudio?: boolean | undefined;
  /** The delay of every answer and every session confirmation, in milliseconds. Default: 0. */
  readonly latencyMs?: number | undefined;
  /** Faults to inject, such as `mint:503*2@0.5`: see `FAULTS`. Default: none. */
  readonly faults?: readonly string[] | undefined;
  /** The time between two progress messages of a transcription, in milliseconds. Default: 0. */
  readonly paceMs?: number | undefined;
  /** Returns a fraction from 0 up to 1, for faults with a probability such as `mint:503@0.2`. Default: node:crypto. */
  readonly random?: (() => number) | undefined;
  /** The clock for the expiry of tokens. Default: the system clock. */
  readonly clock?: Clock | undefined;
  /**
   * Called for each request, with a line that begins with the time, and with the same facts as data. Refusals have their reason,
   * also those within an open WebSocket. Lines never contain a key, a token or a query.
   */
  readonly log?: ((line: string, entry: SandboxLogEntry) => void) | undefined;
}

/** A running sandbox. */
export interface RunningSandbox {
  /** Its address, `http://127.0.0.1:PORT`, for `apiServer` of a client. */
  readonly url: string;
  /** The API key that it accepts. It is valid for this sandbox only. */
  readonly apiKey: string;
  /** Counts of what it has done so far. */
  stats(): SandboxStats;
  /** The latest 1000 requests, the oldest first, with fingerprints of their credentials. Same as `GET /sandbox/requests`. */
  requests(): readonly SandboxRequest[];
  /**
   * Adds faults, such as `fail('mint:503*2')`, to those that are still active.
   * @throws TokenError `invalid_value` for an unknown fault
   */
  fail(...faults: readonly string[]): void;
  /**
   * Resets everything to the start, synchronously: no tokens, no sessions, no requests, the initial faults and time. Open WebSockets
   * are closed.
   */
  reset(): void;
  /**
   * Advances its clock: tokens expire, and streams time out. Resolves when the timers that became due have run.
   * @param ms from 0 to 24 hours
   * @throws TokenError `invalid_value` for any other number
   */
  advance(ms: number): Promise<void>;
  /**
   * Lets the process end while the sandbox still runs. With `node:test` this is the default, so that the runner does not wait for a
   * forgotten sandbox.
   */
  unref(): void;
  /** Stops it within two seconds, even with open connections. May be called again. */
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
 * @throws TokenError `cannot_listen` when the port is in use or not permitted; `invalid_value` for an invalid option;
 *   `key_empty` or `key_malformed` for an invalid API key
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  try {
    requireSandboxOptions(options);
    // Timers do not keep the process alive: the server does, until unref().
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
    // Starting a sandbox sends nothing, so the error can contain only secrets from the environment.
    throw toTokenError(await withSafeCause(error, createSecretRegister({})));
  }
}
