import { ASYNC_DISPOSE } from '../core/async-dispose';
import { requireNames, requireType, requireWhole } from '../core/named-options';
import { TokenError, toTokenError } from '../core/token-error';
import { nodeClient } from '../system/client.node';
import { ignoreErrors } from './ignore-errors';
import { type MintedToken, mintOnce, TIMEOUT_MS } from './mint-token';
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
import { toThrown } from './service';
import { type TestTokenResult, type TokenUse, USE_NAMES, useToken } from './test-token';

export interface ClientOptions {
  /** The API key of your account. It is sent only to `apiServer`. It is not read from an environment variable. */
  readonly apiKey: string;
  /** The API server. Default: `https://api.vocalstack.com`. Plain http is allowed only for loopback servers. */
  readonly apiServer?: string | URL | undefined;
  /**
   * The time limit in milliseconds for calls without their own `timeoutMs`. Default: 30000, and 120000 for `testToken` with the
   * mode `transcribe`.
   */
  readonly timeoutMs?: number | undefined;
  /** How often minting is retried after a failure of the service or the connection, 0 to 10. Default: 2. */
  readonly maxRetries?: number | undefined;
  /** Called with a line for each request, and with warnings. No line contains a key or a token. */
  readonly log?: ((line: string) => void) | undefined;
}

export type ClientMintOptions = TokenChoices & CallOptions;
export type ClientTestOptions = CallOptions & { readonly token: string } & TokenUse;

/** Mints and tests tokens on persistent connections. */
export interface TokenClient {
  /** Mints a token as the function `mintToken` does, with the client's key and server. */
  mintToken(options?: ClientMintOptions): Promise<MintedToken>;
  /** Tests a token as the function `testToken` does, with the client's server. */
  testToken(options: ClientTestOptions): Promise<TestTokenResult>;
  /**
   * Waits for running calls, then closes the connections. Can be called several times. Calling it before the process ends is not
   * necessary.
   */
  close(): Promise<void>;
  /** Same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const NAMES = ['apiKey', 'apiServer', 'timeoutMs', 'maxRetries', 'log'];
const MAX_RETRIES = 10;

/**
 * Creates a client for many calls, which reuse connections.
 * @example
 * const client = createClient({ apiKey: process.env.VOCALSTACK_API_KEY ?? '' });
 * const { token } = await client.mintToken({ access: 'readwrite', lifetimeS: 60 });
 * await client.close();
 * @throws TokenError `invalid_value`, `key_empty`, `key_malformed`, `invalid_server`, `insecure_server`. The client's methods
 *   throw the errors of `mintToken` and `testToken`, and `client_closed` after `close()`.
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
  const shared = { apiServer, http, maxRetries, log: log && ignoreErrors(log) };
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  async function call<Value>(
    signal: AbortSignal | undefined,
    task: () => Promise<Value>,
  ): Promise<Value> {
    if (closing) {
      throw new TokenError('client_closed', 'This client is closed.', {
        hint: 'Call close() after the last call, or create another client with createClient.',
      });
    }
    const work = task();
    running.add(work);
    try {
      return await work;
    } catch (error) {
      throw toThrown(error, signal);
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
        const work = { ...shared, credential: key, timeoutMs: time, signal: wanted.signal };
        return mintOnce(work, readChoices(wanted));
      }),
    testToken: (use) =>
      call(use?.signal, async () => {
        requireNames(use, USE_NAMES, 'testToken of a client');
        return useToken(use, { ...shared, ...(timeoutMs !== undefined && { timeoutMs }) });
      }),
    close: closeOnce,
    [ASYNC_DISPOSE]: closeOnce,
  };
}
