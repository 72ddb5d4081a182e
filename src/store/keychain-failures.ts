import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';
import { describeFault } from '../core/package-fault';

/** How long a person waits for a keychain, in milliseconds. */
export const PATIENCE_MS = 3000;

/** How a request to bin/keychain.js failed. */
export interface KeychainTrouble {
  readonly reason: string;
  /** With `broken` only: why the package is not used. */
  readonly why?: string;
  /** With `broken` only: the folder or file at fault. */
  readonly path?: string;
}

const OTHER_STORE = 'choose another store: vstoken login --store passphrase';

const FAILURES: Readonly<Record<string, readonly [ErrorCode, message: string, hint: string]>> = {
  missing: [
    'keychain_not_installed',
    'The keychain cannot be reached: the optional package @napi-rs/keyring is not installed with vstoken.',
    `Install vocalstack-token with its optional packages, or ${OTHER_STORE}`,
  ],
  absent: [
    'keychain_absent',
    'There is no keychain here: no secret service answers, or it has no keyring.',
    'On a server or in a container choose: vstoken login --store passphrase. Or set VOCALSTACK_API_KEY.',
  ],
  locked: [
    'keychain_locked',
    'The keychain is locked.',
    'Unlock it, by logging in to the desktop or with gnome-keyring-daemon --unlock, and try again.',
  ],
  frozen: [
    'keychain_frozen',
    `The keychain did not answer within ${PATIENCE_MS / 1000} seconds.`,
    'See whether it waits for an answer in a window of its own; restart it otherwise.',
  ],
  failed: ['keychain_failed', 'The keychain refused.', `Try again, or ${OTHER_STORE}`],
};

export function keychainError(trouble: KeychainTrouble): CliError {
  if (trouble.reason === 'broken') return brokenPackage(trouble);
  const [code, message, hint] = FAILURES[trouble.reason] ?? FAILURES['failed'] ?? [];
  return new CliError(code ?? 'keychain_failed', message ?? '', { hint });
}

const INSTALL_ANEW = `Install vocalstack-token anew, or ${OTHER_STORE}`;

/** Turns the finding of bin/packages.js and bin/keychain.js about a package into a fault. */
const FAULTS: Readonly<Record<string, string>> = {
  binding: 'its part for this operating system is not installed',
  noexec: 'the system does not execute code from its folder, as where that is mounted with noexec',
  damaged: 'its part for this operating system is damaged, or is for another system',
  incomplete: 'its main file is missing',
  crashed: 'it crashed',
};

function brokenPackage({ why = '', path = '' }: KeychainTrouble): CliError {
  const placed = describeFault(why, path);
  const fault = placed?.fault ?? FAULTS[why] ?? 'it threw an error while it was loaded';
  return new CliError(
    'keychain_broken',
    `The package @napi-rs/keyring, which reaches the keychain, cannot be used: ${fault}.`,
    { hint: placed ? `${placed.look}. Or ${OTHER_STORE}` : INSTALL_ANEW },
  );
}
