import { parseApiServer } from '../core/origin';
import type { VocalStackApi } from './api';
import { createRest, type Rest, type RestOptions } from './rest';
import { type RetryOptions, withRetries } from './retry';
import { mintToken } from './tokens';

/**
 * Creates the function that mints at one API server, without the code for sessions.
 * @throws CliError `invalid_server`; `insecure_server`, since no secret is sent to another machine over plain http
 */
export function createMint(options: RestOptions & RetryOptions): VocalStackApi['mintToken'] {
  const apiServer = parseApiServer(options.apiServer, 'The API server');
  const { host } = new URL(apiServer);
  return mintWith(createRest({ ...options, apiServer }), host, options);
}

export function mintWith(
  rest: Rest,
  host: string,
  options: RestOptions & RetryOptions,
): VocalStackApi['mintToken'] {
  return (key, tokenOptions) =>
    withRetries(() => mintToken(rest, options, host, key, tokenOptions), options);
}
