import type { CommandContext, Page } from '../../cli/define';
import type { KeyPlace, StoredConfig } from '../../core/stored-config';
import { type LoginPlace, warnOfShadow } from './place';

/** The result of a login, as `--json` prints it. */
export interface LoginDocument {
  readonly profile: string;
  readonly store: KeyPlace;
  readonly api_server: string;
  /** Null if the command was not run. */
  readonly fingerprint: string | null;
  /** Whether the service was asked and accepted the key. */
  readonly verified: boolean;
  /** Whether the profile had a key before. */
  readonly replaced: boolean;
  /** Whether the profile is the one used when no profile is named. */
  readonly in_use: boolean;
}

const NAMES: Readonly<Record<KeyPlace, string>> = {
  keychain: 'in the keychain of this system',
  passphrase: 'sealed by the passphrase',
  plaintext: 'in plain text',
  command: 'printed by the command, and not stored',
};

interface LoggedIn {
  readonly place: LoginPlace;
  /** The settings after the login. */
  readonly after: StoredConfig;
  readonly store: KeyPlace;
  readonly fingerprint: string | null;
  readonly verify: boolean;
}

/** Returns the result of a login. Notes if a variable hides the stored key. */
export function toDocument(
  context: CommandContext,
  { place: { profile, before, apiServer }, after, store, fingerprint, verify }: LoggedIn,
): LoginDocument {
  warnOfShadow(context);
  return {
    ...{ profile, store, api_server: apiServer, fingerprint, verified: verify },
    ...{ replaced: before !== undefined, in_use: after.profile === profile },
  };
}

export function renderLogin(document: LoginDocument, page: Page): string {
  const { profile, store, api_server, fingerprint, verified, replaced, in_use } = document;
  const lines = [
    `Logged in: profile ${profile}, for ${api_server}.`,
    ...(replaced ? ['This replaced the key that the profile had before.'] : []),
    `Key${fingerprint === null ? '' : ` ${fingerprint}`}: ${NAMES[store]}.`,
    verified ? 'The service takes it.' : notAsked(store),
    ...(in_use ? [] : [`To use it when none is named: vstoken profile use ${profile}`]),
  ];
  return lines.map((line) => `${page.wrap(line, 0)}\n`).join('');
}

/** Returns a sentence that says what was not checked. */
function notAsked(store: KeyPlace): string {
  return store === 'command'
    ? 'The command was not run, and the service was not asked.'
    : 'The service was not asked.';
}
