import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import { chooseApiServer, SERVER_VARIABLE } from '../../core/key-source';
import type { Minting } from '../../core/ledger-lines';
import { choose } from '../../credentials/open-target';

/**
 * The server to ask. It is chosen as for every command, but the server that minted the token has precedence over the settings and
 * the default.
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
