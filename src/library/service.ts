import { mintWith } from '../api/create-mint';
import { createRest, type RestOptions } from '../api/rest';
import type { RetryOptions } from '../api/retry';
import type { Http } from '../context/http';
import { withSafeCause } from '../core/safe-cause';
import type { Secret } from '../core/secret';
import type { TokenOptions } from '../core/token';
import { toTokenError } from '../core/token-error';
import { startDeadline } from '../network/deadline';
import { nodeClient } from '../system/client.node';
import { followSignal } from './follow-signal';
import type { CallOptions } from './options';

/** The server, the time limit and the signal of a call. */
export interface ServiceOptions extends CallOptions {
  /** The API server. Default: `https://api.vocalstack.com`. Plain http is allowed only for loopback servers. */
  readonly apiServer?: string | URL | undefined;
}

/** One call of the service. Its options are already checked. */
export interface ServiceCall {
  /** The origin that `readApiServer` returned. */
  readonly apiServer: string;
  /** The key or token to send. */
  readonly credential: Secret;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly maxRetries?: number | undefined;
  /** Called with a line for each request, and with warnings. */
  readonly log?: ((line: string) => void) | undefined;
  /** An HTTP client with persistent connections. If undefined, a client is opened for this call. */
  readonly http?: Http | undefined;
}

/**
 * Runs a task that uses the service, within a time limit.
 * @throws CliError `timeout`; the error of `task`, whose causes then contain no secrets; the reason of `work.signal` if that
 * signal aborts
 */
export async function withService<Value>(
  work: ServiceCall,
  task: (options: RestOptions & RetryOptions) => Promise<Value>,
): Promise<Value> {
  const { apiServer, credential, timeoutMs, maxRetries, log } = work;
  const http = work.http ?? nodeClient.openHttp();
  const { clock, random, secretsMaker } = nodeClient;
  const secrets = secretsMaker()();
  secrets.add(credential);
  const { signal, release } = followSignal(work.signal);
  const deadline = startDeadline({ clock, signal }, timeoutMs);
  try {
    return await task({
      ...{ http, clock, random, secrets, apiServer, maxRetries },
      signal: deadline.signal,
      deadline: deadline.at(),
      trace: log,
      warn: log ?? (() => {}),
    });
  } catch (error) {
    if (signal.aborted && error === signal.reason) throw error;
    throw await withSafeCause(error, secrets);
  } finally {
    release();
    deadline.cancel();
    if (!work.http) http.close();
  }
}

/**
 * Returns a function that mints on persistent connections. Its parameter `deadline` is a time on the monotonic clock, in
 * milliseconds. Its parameter `signal` must abort at that time.
 * @param apiServer the origin that `readApiServer` returned
 */
export function openMint(apiServer: string) {
  const { openHttp, clock, random, secretsMaker } = nodeClient;
  const http = openHttp();
  const openSecrets = secretsMaker();
  const { host } = new URL(apiServer);
  return async (key: Secret, wanted: TokenOptions, signal: AbortSignal, deadline: number) => {
    const secrets = openSecrets();
    secrets.add(key);
    const options = { http, clock, random, secrets, apiServer, signal, deadline, warn: () => {} };
    try {
      return await mintWith(createRest(options), host, options)(key, wanted);
    } catch (error) {
      throw signal.aborted && error === signal.reason ? error : await withSafeCause(error, secrets);
    }
  };
}

/**
 * Converts an error to the TokenError that a function of the package throws. The reason of the caller's own
 * signal is returned unchanged.
 */
export function toThrown(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted && error === signal.reason ? error : toTokenError(error);
}
