import type { Clock } from '../context/clock';
import type { Secret } from '../core/secret';
import type { SecretRegister } from '../core/secret-register';
import type { TokenOptions } from '../core/token';
import type { MintedToken } from './api';
import { PATHS } from './protocol';
import type { RestClient } from './rest';
import { readToken, requireNoKeyIn } from './wire';

const MAX_BYTES = 64 * 1024;

/**
 * Sends one request for a token. Sends every option, so that a changed default of the service has no effect. Also returns the
 * time just before the request (`sentAt`), because the expiry has to be computed: the answer does not contain it.
 * @throws CliError `key_refused`, `forbidden`, `minting_unavailable`, `invalid_response`, and network and service errors
 */
export async function mintToken(
  rest: RestClient,
  { clock, secrets }: { readonly clock: Clock; readonly secrets: SecretRegister },
  host: string,
  key: Secret,
  { access, lifetimeS, oneTime }: TokenOptions,
): Promise<MintedToken> {
  const sentAt = clock.now();
  const sentAtMonotonic = clock.monotonic();
  const answer = await rest({
    method: 'GET',
    path: PATHS.generateToken,
    query: { access, lifetime_s: lifetimeS, one_time: oneTime },
    credential: { kind: 'key', secret: key },
    maxBytes: MAX_BYTES,
    purpose: `a ${access}, ${oneTime ? 'one-time' : 'reusable'} token with a lifetime of ${lifetimeS} s`,
    minting: true,
  });
  const token = readToken(answer, host);
  requireNoKeyIn(token, key, host);
  secrets.addToken(token);
  return { token, sentAt, sentAtMonotonic };
}
