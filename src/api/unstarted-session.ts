import { sampleUrl } from '../core/sample-clips';
import type { Secret } from '../core/secret';
import type { VocalStackApi } from './api';

const MAX_DURATION_S = 1;

/**
 * Opens a session, and closes the session without starting it, which costs nothing.
 * @throws the errors of `openSession`
 */
export async function tryUnstartedSession(
  api: VocalStackApi,
  token: Secret,
  apiServer: string,
): Promise<void> {
  const url = sampleUrl(apiServer);
  const request = { url, language: 'auto', maxDurationS: MAX_DURATION_S };
  const session = await api.openSession(token, request);
  await session.close();
}
