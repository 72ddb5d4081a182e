import type { Secret } from '../core/secret';
import { PATHS } from './protocol';
import type { Rest } from './rest';
import { MAX_LIST_BYTES, readList } from './wire';

/**
 * Sends one request for the list of transcriptions, which is free.
 * @throws CliError the token's codes, `invalid_response`, and the network's and service's codes
 */
export async function countTranscriptions(
  rest: Rest,
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
