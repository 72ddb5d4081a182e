import type { CommandContext } from '../../cli/define';
import type { KeyStore } from '../../context/vault';
import { CliError, toCliError } from '../../core/errors';
import type { StoreKind } from '../../core/settings';
import type { Profile, StoredConfig } from '../../core/stored-config';
import { createPassphraseSource } from '../../credentials/passphrase';
import { canAsk } from '../../terminal/ask';

const PLAINTEXT_WARNING =
  'The key is stored in plain text: anyone who can read your files can read the key.';

/**
 * Opens the store for a login: the store that an option, a setting or the last login has chosen. Throws if this store cannot be
 * used. If no store was chosen, opens the keychain. If the keychain cannot be used in that case, asks the person for another
 * store.
 * @throws CliError `no_key_store`, `prompt_impossible`; errors of the store
 */
export async function openStoreFor(
  context: CommandContext,
  chosen: StoreKind | undefined,
  before: Profile | undefined,
  { config, profile }: { readonly config: StoredConfig; readonly profile: string },
): Promise<KeyStore> {
  const last = before?.store === 'command' ? undefined : before?.store;
  const kind = chosen ?? config.settings.store ?? last;
  return kind ? openUsable(context, kind, profile) : findStore(context, profile);
}

/**
 * Warns if the key will be stored in plain text. Called just before the key is written, so that a login that fails earlier does
 * not warn.
 */
export function warnOfPlaintext(context: CommandContext, store: KeyStore): void {
  if (store.kind === 'plaintext') context.notes.warn(PLAINTEXT_WARNING);
}

async function openUsable(
  context: CommandContext,
  kind: StoreKind,
  profile: string,
): Promise<KeyStore> {
  const store = await context.vault.open(kind, createPassphraseSource(context, profile));
  await store.requireUsable();
  await context.vault.requireWritable();
  return store;
}

async function findStore(context: CommandContext, profile: string): Promise<KeyStore> {
  try {
    return await openUsable(context, 'keychain', profile);
  } catch (thrown) {
    context.signal.throwIfAborted();
    const { message, hint } = toCliError(thrown);
    if (!canAsk(context)) {
      throw new CliError('no_key_store', `${message} Nothing was stored.`, {
        hint: 'Choose a store: --store passphrase (encrypted; set VOCALSTACK_PASSPHRASE) or --store plaintext. Or store nothing, and set VOCALSTACK_API_KEY.',
        cause: thrown,
      });
    }
    context.notes.note(`${message}${hint ? ` ${hint}` : ''}`);
    return openUsable(context, await askForStore(context), profile);
  }
}

function askForStore({ deadline, prompt }: CommandContext): Promise<StoreKind> {
  return deadline.pauseFor(() =>
    prompt.select<StoreKind>({
      message: 'Where to store the key',
      choices: [
        {
          value: 'passphrase',
          about: 'encrypted; vstoken asks for the passphrase each time it uses the key',
        },
        { value: 'plaintext', about: 'not encrypted, in a file that only this user can read' },
      ],
      default: 'passphrase',
    }),
  );
}
