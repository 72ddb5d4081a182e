import type { Secret } from '../core/secret';
import { openApi } from './open-api';
import type { ServiceContext } from './target';

/** The least that can be minted: it costs nothing, reads only, and is gone in a second. */
const SMALLEST = { access: 'readonly', lifetimeS: 1, oneTime: true } as const;

/**
 * Finds out whether the service takes a key, by minting the smallest token there is.
 * @throws CliError `key_refused`, `forbidden`, and the network's and the service's codes
 */
export async function verifyKey(
  context: ServiceContext,
  apiServer: string,
  key: Secret,
): Promise<void> {
  const target = { apiServer, profile: null, sandbox: false };
  await openApi(context, target).mintToken(key, SMALLEST);
}
