import type { VocalStackApi } from '../../api/api';
import { tryUnstartedSession } from '../../api/unstarted-session';
import type { CommandContext } from '../../cli/define';
import type { Secret } from '../../core/secret';
import type { TokenOptions } from '../../core/token';
import { openApi } from '../../credentials/open-api';

/**
 * Mints and tests a second token with the same options. A readonly token is tested with a request that reads. A readwrite token
 * is tested by opening a session without starting it. Both tests are free.
 * @returns what the token could do, in a few words
 */
export async function testSecondToken(
  context: CommandContext,
  key: Secret,
  options: TokenOptions,
  api: VocalStackApi = openApi(context),
): Promise<string> {
  const { token } = await api.mintToken(key, options);
  if (options.access === 'readonly') {
    await api.countTranscriptions(token, { oneTime: options.oneTime });
    return 'could read';
  }
  await tryUnstartedSession(api, token, context.target.apiServer);
  return 'could open a session (not started, not billed)';
}
