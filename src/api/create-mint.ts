import { parseApiServer } from '../core/origin';
import type { VocalStackApi } from './api';
import { createRest, type Rest, type RestOptions } from './rest';
import { type RetryOptions, withRetries } from './retry';
import { mintToken } from './tokens';

/**
 * Mints at one API server: what a server needs of the service, without sessions.
 * @throws CliError `invalid_server`, `insecure_server`: no secret leaves for plain http beyond this machine
 */
export function createMint(options: RestOptions & RetryOptions): VocalStackApi['mintToken'] {
  const apiServer = parseApiServer(options.apiServer, 'The API server');
  const { host } = new URL(apiServer);
  return mintBy(createRest({ ...options, apiServer }), host, options);
}

export function mintBy(
  rest: Rest,
  host: string,
  options: RestOptions & RetryOptions,
): VocalStackApi['mintToken'] {
  return (key, wanted) => withRetries(() => mintToken(rest, options, host, key, wanted), options);
}
