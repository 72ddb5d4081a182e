import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import { chooseApiServer, SERVER_VARIABLE } from '../../core/key-source';
import type { Minting } from '../../core/ledger-lines';
import { choose } from '../../credentials/open-target';

/**
 * Chooses the server to ask: the server of --api-server or of VOCALSTACK_API_SERVER, otherwise the server that minted the token.
 * For a token that this machine did not record, chooses the same server as other commands.
 */
export async function chooseServer(
  context: CommandContext,
  minted: Minting | null,
): Promise<string> {
  const { globals, env } = context;
  const isNamed = globals.apiServer !== undefined || Boolean(env[SERVER_VARIABLE]);
  if (minted && !isNamed) return minted.api_server;
  const { config, source } = await choose(context, globals);
  const stored = source instanceof CliError || source.kind !== 'stored' ? null : source.profile;
  return chooseApiServer(globals.apiServer, env, stored?.origin, config);
}
