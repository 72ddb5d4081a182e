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

/** Where and how long. */
export interface ServiceOptions extends CallOptions {
  /** Default: `https://api.vocalstack.com`. Plain http is for loopback servers only. */
  readonly apiServer?: string | URL | undefined;
}

/** One piece of work with the service, its options checked. */
export interface Work {
  /** An origin, as `readApiServer` gives it. */
  readonly apiServer: string;
  /** What is sent. */
  readonly credential: Secret;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly maxRetries?: number | undefined;
  /** Takes a line a request, and what else is worth knowing of it. */
  readonly log?: ((line: string) => void) | undefined;
  /** Kept by whoever works often; otherwise one is opened for this work alone. */
  readonly http?: Http | undefined;
}

/**
 * Works with the service within a deadline.
 * @throws CliError `timeout` and what `task` throws, with causes that may be shown; the reason of the signal when that aborts
 */
export async function withService<Value>(
  work: Work,
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
 * Mints on connections that are kept, until a signal aborts, which it does at `deadline` of the monotonic clock.
 * @param apiServer as `readApiServer` gives it
 */
export function openMint(apiServer: string) {
  const { openHttp, clock, random, secretsMaker } = nodeClient;
  const http = openHttp();
  const openSecrets = secretsMaker();
  const { host } = new URL(apiServer);
  return async (key: Secret, wanted: TokenOptions, signal: AbortSignal, deadline: number) => {
    const secrets = openSecrets();
    secrets.add(key);
    const around = { http, clock, random, secrets, apiServer, signal, deadline, warn: () => {} };
    try {
      return await mintWith(createRest(around), host, around)(key, wanted);
    } catch (error) {
      throw signal.aborted && error === signal.reason ? error : await withSafeCause(error, secrets);
    }
  };
}

/** Whatever goes wrong in a function of the package, as it is thrown there: the reason of the caller's own signal stays as it is. */
export function asThrown(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted && error === signal.reason ? error : toTokenError(error);
}
