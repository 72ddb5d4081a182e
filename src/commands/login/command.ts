import type { CommandContext } from '../../cli/define';
import { splitCommand } from '../../core/split-command';
import { requireNoToken } from '../../credentials/given-key';
import { readKeyFromCommand } from '../../credentials/key-command';
import { saveCommand } from '../../credentials/save-profile';
import { verifyKey } from '../../credentials/verify-key';
import { fingerprintOf } from '../../store/fingerprint';
import { chooseLoginPlace, rethrowWithWayOut } from './place';

/** The command as it was typed. @throws CliError `invalid_value` for one that takes a shell */
export function parseKeyCommand(text: string): string {
  const command = text.trim();
  splitCommand(command, '--key-command');
  return command;
}

/**
 * Stores a command. Unless nobody is to be asked, it is run, and the service is asked whether its key is good.
 * @throws CliError `key_command_failed`, `key_malformed` for a token; those of asking the service and of writing the settings
 */
export async function storeCommand(context: CommandContext, command: string, isVerified: boolean) {
  const { vault, clock } = context;
  const place = await chooseLoginPlace(context);
  const { profile, apiServer: origin } = place;
  // Before somebody unlocks a vault in vain.
  await vault.requireWritable();
  const fingerprint = isVerified ? await tryCommand(context, command, origin) : null;
  const about = { origin, fingerprint, created_at: new Date(clock.now()).toISOString() };
  const after = await saveCommand(context, { profile, origin }, command, about);
  return { place, fingerprint, after };
}

/** @returns the fingerprint of the key, which is all that is kept of it */
async function tryCommand(
  context: CommandContext,
  text: string,
  apiServer: string,
): Promise<string> {
  const key = await readKeyFromCommand(context, { text, source: '--key-command' });
  await requireNoToken(context, key, 'The output of the command');
  await verifyKey(context, apiServer, key).catch(rethrowWithWayOut);
  return fingerprintOf(key);
}
