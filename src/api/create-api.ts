import type { Connect } from '../context/socket';
import { parseApiServer } from '../core/origin';
import type { Secret } from '../core/secret';
import type { TranscriptionRequest, UrlRequest, VocalStackApi } from './api';
import { mintWith } from './create-mint';
import { createRest, type RestOptions } from './rest';
import { type RetryOptions, withRetries } from './retry';
import { countTranscriptions } from './transcriptions';

export interface ApiOptions extends RestOptions, RetryOptions {
  readonly connect: Connect;
}

/**
 * Creates a client for one API server.
 * @throws CliError `invalid_server`; `insecure_server` for plain http to another machine, because secrets must not be sent
 * unencrypted
 */
export function createApi(options: ApiOptions): VocalStackApi {
  return createApiAt({
    ...options,
    apiServer: parseApiServer(options.apiServer, 'The API server'),
  });
}

/**
 * Creates the same client as `createApi`, but does not check `options.apiServer`. For callers that check this URL once with
 * `parseApiServer`, and then create a client for each request.
 * @param options.apiServer the result of `parseApiServer`
 */
export function createApiAt(options: ApiOptions): VocalStackApi {
  const { apiServer } = options;
  const { host } = new URL(apiServer);
  const rest = createRest(options);
  const open = async (token: Secret, request: UrlRequest | TranscriptionRequest) => {
    const { openSession } = await import('./session');
    return openSession(options, token, request);
  };
  return {
    mintToken: mintWith(rest, host, options),
    countTranscriptions(token, { oneTime }) {
      const read = () => countTranscriptions(rest, host, token);
      // Do not retry with a one-time token: the first request may have spent the token.
      return oneTime ? read() : withRetries(read, options);
    },
    openSession: open,
    openLiveSession: open,
  };
}
