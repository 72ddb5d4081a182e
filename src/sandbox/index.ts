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

/** All options are optional. Without options, the sandbox uses a free port and a random key. */
export interface SandboxOptions {
  /** The port on 127.0.0.1. Default: 0, which selects a free port. */
  readonly port?: number | undefined;
  /** The only API key that the sandbox accepts, in visible ASCII. Default: a random key, which is `apiKey` of the result. */
  readonly apiKey?: string | undefined;
  /**
   * Origins whose pages may call the sandbox, such as `https://app.example.com`. Pages on localhost, 127.0.0.1 and [::1] are
   * always allowed.
   */
  readonly allowOrigins?: readonly string[] | undefined;
  /**
   * Whether audio may be fetched from private addresses, such as 192.168.1.20. If true, any page that may call the sandbox can
   * read audio from these addresses, and the text file next to the audio. Default: false. Audio on this machine is always allowed
   * if the requested URL contains `localhost` or a loopback address.
   */
  readonly allowPrivateAudio?: boolean | undefined;
  /** The delay of every answer and every session confirmation, in milliseconds. Default: 0. */
  readonly latencyMs?: number | undefined;
  /** Faults to inject, such as `mint:503*2@0.5`. `FAULTS` lists all kinds of faults. Default: none. */
  readonly faults?: readonly string[] | undefined;
  /** The time between two progress messages of a transcription, in milliseconds. Default: 0. */
  readonly paceMs?: number | undefined;
  /** Returns a fraction from 0 up to 1. Used for faults with a probability, such as `mint:503@0.2`. Default: node:crypto. */
  readonly random?: (() => number) | undefined;
  /** The clock for everything that depends on time, such as the expiry of tokens. Default: the system clock. */
  readonly clock?: Clock | undefined;
  /**
   * Called for each request, with a line of text and with the same facts as data. The line begins with the time. If the request
   * was refused, the line contains the reason, also if the refusal was sent in an open WebSocket. Lines never contain a key, a
   * token or a query.
   */
  readonly log?: ((line: string, entry: SandboxLogEntry) => void) | undefined;
}

export interface RunningSandbox {
  /** The address of the sandbox, `http://127.0.0.1:PORT`. Pass it to a client as `apiServer`. */
  readonly url: string;
  /** The API key that the sandbox accepts. It is valid for this sandbox only. */
  readonly apiKey: string;
  /** Returns how many requests, tokens and sessions there were so far. */
  stats(): SandboxStats;
  /**
   * Returns the latest 1000 requests, the oldest first. Credentials are shown as fingerprints. `GET /sandbox/requests` returns
   * the same list.
   */
  requests(): readonly SandboxRequest[];
  /**
   * Adds faults to the faults that are still active, for example `fail('mint:503*2')`.
   * @throws TokenError `invalid_value` for an unknown fault
   */
  fail(...faults: readonly string[]): void;
  /**
   * Resets the sandbox to its start, synchronously. Tokens, sessions and requests are deleted. The initial faults and the time
   * are restored. Open WebSockets are closed.
   */
  reset(): void;
  /**
   * Advances the clock of the sandbox: tokens expire, and streams time out. Resolves when the timers that became due have run.
   * @param ms from 0 to 24 hours
   * @throws TokenError `invalid_value` for any other number
   */
  advance(ms: number): Promise<void>;
  /**
   * Lets the process end while the sandbox still runs. This is the default with `node:test`, because the test runner would wait
   * for a sandbox that was not closed.
   */
  unref(): void;
  /** Closes the sandbox within two seconds, even with open connections. May be called again. */
  close(): Promise<void>;
  /** For `await using`. Does the same as `close`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an emulator of the VocalStack service on loopback, for tests and offline work. It needs no account and no network.
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
    // The timers of this clock do not keep the process alive. The server keeps the process alive, until `unref` is called.
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
    // The register of secrets is empty, because no request was sent yet. The error therefore cannot contain a secret.
    throw toTokenError(await withSafeCause(error, createSecretRegister({})));
  }
}
