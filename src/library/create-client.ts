import { ASYNC_DISPOSE } from '../core/async-dispose';
import { requireNames, requireType, requireWhole } from '../core/named-options';
import { TokenError, toTokenError } from '../core/token-error';
import { nodeClient } from '../system/client.node';
import { type MintedToken, mintBy, TIMEOUT_MS } from './mint-token';
import {
  CALL_NAMES,
  type CallOptions,
  CHOICE_NAMES,
  readApiKey,
  readApiServer,
  readChoices,
  readTimeout,
  requireSignal,
  type TokenChoices,
} from './options';
import { quietly } from './quietly';
import { asThrown } from './service';
import { type TestTokenResult, type TokenUse, USE_NAMES, useToken } from './test-token';

export interface ClientOptions {
  /** The secret key of your account. It is sent to `apiServer` and nowhere else, and read from no other place. */
  readonly apiKey: string;
  /** Default: `https://api.vocalstack.com`. Plain http is for loopback servers only. */
  readonly apiServer?: string | URL | undefined;
  /** The deadline of each call that names none of its own, in milliseconds. Default: as for `mintToken` and `testToken`. */
  readonly timeoutMs?: number | undefined;
  /** How often minting is tried again when the service or the connection failed, 0 to 10. Default: 2. */
  readonly maxRetries?: number | undefined;
  /** Takes a line for each request, and for what else is worth knowing. No line holds a key or a token. */
  readonly log?: ((line: string) => void) | undefined;
}

export type ClientMintOptions = TokenChoices & CallOptions;
export type ClientTestOptions = CallOptions & { readonly token: string } & TokenUse;

/** Mints and tests on connections that it keeps. */
export interface TokenClient {
  /** As the function `mintToken`, with the key and the server of the client. */
  mintToken(options?: ClientMintOptions): Promise<MintedToken>;
  /** As the function `testToken`, at the server of the client. */
  testToken(options: ClientTestOptions): Promise<TestTokenResult>;
  /** Waits for the calls that are under way, and closes the connections; may be called again. A process also ends without it. */
  close(): Promise<void>;
  /** For `await using`: the same as `close`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const NAMES = ['apiKey', 'apiServer', 'timeoutMs', 'maxRetries', 'log'];
const MAX_RETRIES = 10;

/**
 * A client for many calls: one connection serves one call after the other.
 * @example
 * const client = createClient({ apiKey: process.env.VOCALSTACK_API_KEY ?? '' });
 * const { token } = await client.mintToken({ access: 'readwrite', lifetimeS: 60 });
 * await client.close();
 * @throws TokenError `invalid_value`, `key_empty`, `key_malformed`, `invalid_server`, `insecure_server`. Its functions throw what
 *   `mintToken` and `testToken` throw, and `client_closed` after `close()`
 */
export function createClient(options: ClientOptions): TokenClient {
  try {
    return openClient(options);
  } catch (error) {
    throw toTokenError(error);
  }
}

function openClient(options: ClientOptions): TokenClient {
  requireNames(options, NAMES, 'createClient');
  const { timeoutMs, maxRetries, log } = options;
  const key = readApiKey(options.apiKey);
  const apiServer = readApiServer(options.apiServer);
  if (timeoutMs !== undefined) readTimeout(timeoutMs, timeoutMs);
  if (maxRetries !== undefined) requireWhole('maxRetries', maxRetries, 0, MAX_RETRIES);
  requireType('log', log, 'function');
  const http = nodeClient.openHttp();
  const around = { apiServer, http, maxRetries, log: log && quietly(log) };
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  async function call<Value>(
    signal: AbortSignal | undefined,
    task: () => Promise<Value>,
  ): Promise<Value> {
    if (closing) {
      throw new TokenError('client_closed', 'This client was closed.', {
        hint: 'Call close() after the last call, or make another client with createClient.',
      });
    }
    const work = task();
    running.add(work);
    try {
      return await work;
    } catch (error) {
      throw asThrown(error, signal);
    } finally {
      running.delete(work);
    }
  }

  async function close() {
    await Promise.allSettled(running);
    http.close();
  }
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };

  return {
    mintToken: (wanted = {}) =>
      call(wanted?.signal, async () => {
        requireNames(wanted, [...CHOICE_NAMES, ...CALL_NAMES], 'mintToken of a client');
        requireSignal(wanted.signal);
        const time = readTimeout(wanted.timeoutMs, timeoutMs ?? TIMEOUT_MS);
        const work = { ...around, credential: key, timeoutMs: time, signal: wanted.signal };
        return mintBy(work, readChoices(wanted));
      }),
    testToken: (use) =>
      call(use?.signal, async () => {
        requireNames(use, USE_NAMES, 'testToken of a client');
        return useToken(use, { ...around, ...(timeoutMs !== undefined && { timeoutMs }) });
      }),
    close: closeOnce,
    [ASYNC_DISPOSE]: closeOnce,
  };
}
