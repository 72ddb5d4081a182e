import type { VocalStackApi } from '../api/api';
import { createApi } from '../api/create-api';
import type { Http } from '../context/http';
import { DEFAULT_API_SERVER } from '../core/origin';
import { startDeadline } from '../network/deadline';
import { nodeClient } from '../system/client.node';

/** Where and how long. */
export interface ServiceOptions {
  /** Default: `https://api.vocalstack.com`. Plain http is for loopback servers only. */
  readonly apiServer?: string | undefined;
  /** Ends the work early; what is thrown is then the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** One deadline for all of the work, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** Requests that go the way that the environment of the process says. */
export const openHttp = nodeClient.openHttp;

/**
 * Works with the service within a deadline.
 * @param http kept by whoever works often; otherwise one for this work alone
 * @throws CliError `timeout`, `invalid_server`, `insecure_server`, and what `task` throws
 */
export async function withService<Value>(
  options: ServiceOptions & { readonly timeoutMs: number },
  task: (api: VocalStackApi) => Promise<Value>,
  http?: Http,
): Promise<Value> {
  const own = http ?? openHttp();
  const signal = options.signal ?? new AbortController().signal;
  const { connect, clock, random, openSecrets } = nodeClient;
  const deadline = startDeadline({ clock, signal }, options.timeoutMs);
  try {
    const api = createApi({
      http: own,
      connect,
      clock,
      random,
      secrets: openSecrets(),
      signal: deadline.signal,
      deadline: deadline.at(),
      apiServer: options.apiServer ?? DEFAULT_API_SERVER,
      warn: () => {},
    });
    return await task(api);
  } finally {
    deadline.cancel();
    if (!http) own.close();
  }
}
