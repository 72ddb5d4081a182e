import type { CommandContext, Page } from '../../cli/define';
import type { KeyStorage, StoredConfig } from '../../core/stored-config';
import { type LoginTarget, warnOfShadow } from './target';

/** The JSON of `vstoken login`. */
export interface LoginDocument {
  readonly profile: string;
  readonly store: KeyStorage;
  readonly api_server: string;
  /** The fingerprint of the key. Null if the key command was not run. */
  readonly fingerprint: string | null;
  /** Whether the service was asked and accepted the key. */
  readonly verified: boolean;
  /** Whether the profile had a key before. */
  readonly replaced: boolean;
  /** Whether commands use this profile by default. */
  readonly in_use: boolean;
}

const STORED: Readonly<Record<KeyStorage, string>> = {
  keychain: 'Key stored in the keychain of this system',
  passphrase: 'Key stored, encrypted with your passphrase',
  plaintext: 'Key stored in plain text',
  command: 'The command that prints the key is stored, but not the key',
};

interface LoggedIn {
  readonly place: LoginTarget;
  readonly after: StoredConfig;
  readonly store: KeyStorage;
  readonly fingerprint: string | null;
  readonly verify: boolean;
}

/** Returns the JSON of a login. Prints a note if commands use the key of an environment variable instead of the stored key. */
export function toDocument(
  context: CommandContext,
  { place: { profile, before, apiServer }, after, store, fingerprint, verify }: LoggedIn,
): LoginDocument {
  warnOfShadow(context, profile);
  return {
    ...{ profile, store, api_server: apiServer, fingerprint, verified: verify },
    ...{ replaced: before !== undefined, in_use: after.profile === profile },
  };
}

export function renderLogin(document: LoginDocument, page: Page): string {
  const { profile, store, api_server, fingerprint, verified, replaced, in_use } = document;
  const lines = [
    `Logged in to ${api_server} as profile ${profile}.`,
    ...(replaced ? ['The previous key of the profile was replaced.'] : []),
    `${STORED[store]}${fingerprint === null ? '' : ` (fingerprint ${fingerprint})`}. ${verified ? 'The service accepts the key.' : notAsked(store)}`,
    ...(in_use ? [] : [`To use this profile by default: vstoken profile use ${profile}`]),
  ];
  return lines.map((line) => `${page.wrap(line, 0)}\n`).join('');
}

/** Returns a sentence that says that the key was not checked. */
function notAsked(store: KeyStorage): string {
  return store === 'command'
    ? 'The command was not run, and its key was not checked.'
    : 'The key was not checked with the service.';
}
