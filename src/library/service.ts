import type { VocalStackApi } from '../api/api';
import { createApi, createApiAt } from '../api/create-api';
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

/** The service for many pieces of work, one connection after the other. @param apiServer as `parseApiServer` gives it */
export function openService(
  apiServer: string,
): (signal: AbortSignal, deadline: number) => VocalStackApi {
  const { openHttp, connect, clock, random, secretsMaker } = nodeClient;
  const http = openHttp();
  const openSecrets = secretsMaker();
  return (signal, deadline) =>
    createApiAt({
      ...{ http, connect, clock, random, signal, deadline, apiServer },
      secrets: openSecrets(),
      warn: () => {},
    });
}

/**
 * Works with the service within a deadline.
 * @throws CliError `timeout`, `invalid_server`, `insecure_server`, and what `task` throws
 */
export async function withService<Value>(
  options: ServiceOptions & { readonly timeoutMs: number },
  task: (api: VocalStackApi) => Promise<Value>,
): Promise<Value> {
  const http = nodeClient.openHttp();
  const signal = options.signal ?? new AbortController().signal;
  const { connect, clock, random, secretsMaker } = nodeClient;
  const deadline = startDeadline({ clock, signal }, options.timeoutMs);
  try {
    const api = createApi({
      http,
      connect,
      clock,
      random,
      secrets: secretsMaker()(),
      signal: deadline.signal,
      deadline: deadline.at(),
      apiServer: options.apiServer ?? DEFAULT_API_SERVER,
      warn: () => {},
    });
    return await task(api);
  } finally {
    deadline.cancel();
    http.close();
  }
}
