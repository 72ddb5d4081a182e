import type { Connect } from '../context/socket';
import { parseApiServer } from '../core/origin';
import type { Secret } from '../core/secret';
import type { TranscriptionRequest, UrlRequest, VocalStackApi } from './api';
import { mintBy } from './create-mint';
import { createRest, type RestOptions } from './rest';
import { type RetryOptions, withRetries } from './retry';
import { countTranscriptions } from './transcriptions';

export interface ApiOptions extends RestOptions, RetryOptions {
  readonly connect: Connect;
}

/**
 * The service at one API server, for work that shares one deadline.
 * @throws CliError `invalid_server`, `insecure_server`: no secret leaves for plain http beyond this machine
 */
export function createApi(options: ApiOptions): VocalStackApi {
  return createApiAt({
    ...options,
    apiServer: parseApiServer(options.apiServer, 'The API server'),
  });
}

/** The same for whoever makes one a request. @param options.apiServer as `parseApiServer` gives it */
export function createApiAt(options: ApiOptions): VocalStackApi {
  const { apiServer } = options;
  const { host } = new URL(apiServer);
  const rest = createRest(options);
  const open = async (token: Secret, request: UrlRequest | TranscriptionRequest) => {
    const { openSession } = await import('./session');
    return openSession(options, token, request);
  };
  return {
    mintToken: mintBy(rest, host, options),
    countTranscriptions(token, { oneTime }) {
      const read = () => countTranscriptions(rest, host, token);
      // The first request may have spent it, and then another can only be refused.
      return oneTime ? read() : withRetries(read, options);
    },
    openSession: open,
    openLiveSession: open,
  };
}
