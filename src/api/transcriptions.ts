import type { Secret } from '../core/secret';
import { PATHS } from './protocol';
import type { RestClient } from './rest';
import { MAX_LIST_BYTES, readList } from './wire';

/**
 * Requests the list of transcriptions, which costs nothing, and returns its length.
 * @throws CliError `invalid_response`, `token_*`, and network and service errors
 */
export async function countTranscriptions(
  rest: RestClient,
  host: string,
  token: Secret,
): Promise<number> {
  const answer = await rest({
    method: 'GET',
    path: PATHS.transcriptions,
    credential: { kind: 'token', secret: token },
    maxBytes: MAX_LIST_BYTES,
    purpose: 'the list of transcriptions',
  });
  return readList(answer, host).length;
}
