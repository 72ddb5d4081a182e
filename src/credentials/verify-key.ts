import type { Secret } from '../core/secret';
import { openApi } from './open-api';
import type { ServiceContext } from './target';

/** Options of the least powerful token: readonly, one-time, and valid for one second. Minting such a token is free. */
const SMALLEST = { access: 'readonly', lifetimeS: 1, oneTime: true } as const;

/**
 * Checks whether the service accepts a key, by minting the least powerful token.
 * @throws CliError `key_refused`, `forbidden`; errors of the network and the service
 */
export async function verifyKey(
  context: ServiceContext,
  apiServer: string,
  key: Secret,
): Promise<void> {
  const target = { apiServer, profile: null, sandbox: false };
  await openApi(context, target).mintToken(key, SMALLEST);
}
