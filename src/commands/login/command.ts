import type { CommandContext } from '../../cli/define';
import { splitCommand } from '../../core/split-command';
import { requireNoToken } from '../../credentials/given-key';
import { readKeyFromCommand } from '../../credentials/key-command';
import { saveCommand } from '../../credentials/save-profile';
import { verifyKey } from '../../credentials/verify-key';
import { fingerprintOf } from '../../store/fingerprint';
import { chooseLoginTarget, rethrowWithNoVerifyHint } from './target';

/**
 * Checks the command of --key-command. Returns the command without spaces around it.
 * @throws CliError `invalid_value` if the command needs a shell
 */
export function parseKeyCommand(text: string): string {
  const command = text.trim();
  splitCommand(command, '--key-command');
  return command;
}

/**
 * Stores a command that prints the key. If `isVerified` is true, first runs the command and asks the service whether it accepts
 * the key.
 * @throws CliError `key_command_failed`; `key_malformed` if the command prints a token; errors of verifying the key and of
 * writing the settings
 */
export async function storeCommand(context: CommandContext, command: string, isVerified: boolean) {
  const { vault, clock } = context;
  const place = await chooseLoginTarget(context);
  const { profile, apiServer: origin } = place;
  // Check first that the settings can be changed. Otherwise, a person could unlock a password manager for the command, although
  // the command cannot be stored.
  await vault.requireWritable();
  const fingerprint = isVerified ? await tryCommand(context, command, origin) : null;
  const about = { origin, fingerprint, created_at: new Date(clock.now()).toISOString() };
  const after = await saveCommand(context, { profile, origin }, command, about);
  return { place, fingerprint, after };
}

/**
 * Runs the command and asks the service whether it accepts the key.
 * @returns the fingerprint of the key; the key itself is not stored
 */
async function tryCommand(
  context: CommandContext,
  text: string,
  apiServer: string,
): Promise<string> {
  const key = await readKeyFromCommand(context, { text, source: '--key-command' });
  await requireNoToken(context, key, 'The output of the command');
  await verifyKey(context, apiServer, key).catch(rethrowWithNoVerifyHint);
  return fingerprintOf(key);
}
