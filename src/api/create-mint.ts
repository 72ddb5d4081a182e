import { parseApiServer } from '../core/origin';
import type { VocalStackApi } from './api';
import { createRest, type RestClient, type RestOptions } from './rest';
import { type RetryOptions, withRetries } from './retry';
import { mintToken } from './tokens';

/**
 * Creates a function that mints tokens at one API server. For callers that only mint: they do not load the code for transcription
 * sessions, which `createApi` loads.
 * @throws CliError `invalid_server`; `insecure_server` for plain http to another machine, because secrets must not be sent
 * unencrypted
 */
export function createMint(options: RestOptions & RetryOptions): VocalStackApi['mintToken'] {
  const apiServer = parseApiServer(options.apiServer, 'The API server');
  const { host } = new URL(apiServer);
  return mintWith(createRest({ ...options, apiServer }), host, options);
}

export function mintWith(
  rest: RestClient,
  host: string,
  options: RestOptions & RetryOptions,
): VocalStackApi['mintToken'] {
  return (key, tokenOptions) =>
    withRetries(() => mintToken(rest, options, host, key, tokenOptions), options);
}
