import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { type KeySource, SERVER_VARIABLE } from '../core/key-source';
import { quoteWord } from '../core/quote';
import { createPassphraseSource } from './passphrase';
import type { KeyInUse, TargetContext } from './target';

/**
 * Reads the key of a profile, if the key is stored for the given server.
 * @throws CliError `key_for_other_server`, `no_key`; another code if the store fails
 */
export async function readStoredKey(
  context: TargetContext,
  { name, profile }: Extract<KeySource, { kind: 'stored' }>,
  apiServer: string,
): Promise<KeyInUse> {
  const { origin, store } = profile;
  if (origin !== apiServer) {
    throw new CliError(
      'key_for_other_server',
      `The key of the profile ${name} is stored for ${origin} and was not sent to ${apiServer}.`,
      {
        hint: context.env[SERVER_VARIABLE]
          ? `To use the server of the key: ${fixForOtherServer(context.env, apiServer)}`
          : `Store a key for that server: ${fixForOtherServer(context.env, apiServer)}`,
      },
    );
  }
  if (store === 'command') {
    const { commandOfProfile, readKeyFromCommand } = await import('./key-command');
    const key = await readKeyFromCommand(context, commandOfProfile(name, profile.command));
    context.vault.markUsed(name);
    return { key, source: `profile ${name}, command` };
  }
  const opened = await context.vault.open(store, createPassphraseSource(context, name));
  const key = await opened.read({ profile: name, origin }, profile);
  context.vault.markUsed(name);
  return { key, source: `profile ${name}, ${store}` };
}

/**
 * Returns the command that most likely fixes `key_for_other_server`. The usual cause is that VOCALSTACK_API_SERVER is still set.
 */
export function fixForOtherServer(env: Environment, apiServer: string): string {
  return env[SERVER_VARIABLE]
    ? `unset ${SERVER_VARIABLE}`
    : `vstoken login --profile NAME --api-server ${quoteWord(apiServer)}`;
}
