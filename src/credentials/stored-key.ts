import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { type KeySource, SERVER_VARIABLE } from '../core/key-source';
import { quoteWord } from '../core/quote';
import { createPassphraseSource } from './passphrase';
import type { KeyInUse, TargetContext } from './target';

/**
 * The key of a profile, for the server that it was stored for.
 * @throws CliError `key_for_other_server`, `no_key`, and the store's codes
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
      `The key of the profile ${name} was stored for ${origin}, and is not sent to ${apiServer}.`,
      {
        hint: context.env[SERVER_VARIABLE]
          ? `Where that server is not meant: ${fixForOtherServer(context.env, apiServer)}`
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

/** The command that most likely helps: a variable that was forgotten is the usual cause. */
export function fixForOtherServer(env: Environment, apiServer: string): string {
  return env[SERVER_VARIABLE]
    ? `unset ${SERVER_VARIABLE}`
    : `vstoken login --profile NAME --api-server ${quoteWord(apiServer)}`;
}
