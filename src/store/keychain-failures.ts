import { KEYCHAIN_HINT, KEYCHAIN_LOCATION, REINSTALL } from '../core/distribution';
import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';
import { describeFault } from '../core/package-fault';

/** How long to wait for an answer of the keychain, in milliseconds. */
export const PATIENCE_MS = 3000;

/** Why a request to bin/keychain.js failed. */
export interface KeychainFailure {
  readonly reason: string;
  /** Why the keychain package cannot be used. Present only if `reason` is `broken`. */
  readonly why?: string;
  /** The folder or file that has the fault. Present only if `reason` is `broken`. */
  readonly path?: string;
}

const OTHER_STORE = 'choose another store: vstoken login --store passphrase';

const FAILURES: Readonly<Record<string, readonly [ErrorCode, message: string, hint: string]>> = {
  missing: [
    'keychain_not_installed',
    `The keychain cannot be used: the optional package @napi-rs/keyring is not installed ${KEYCHAIN_LOCATION}.`,
    `${KEYCHAIN_HINT}, or ${OTHER_STORE}`,
  ],
  absent: [
    'keychain_absent',
    'There is no keychain here: no Secret Service is running, or the Secret Service has no keyring.',
    'On a server or in a container use: vstoken login --store passphrase. Or set VOCALSTACK_API_KEY.',
  ],
  locked: [
    'keychain_locked',
    'The keychain is locked.',
    'Log in to the desktop, or run gnome-keyring-daemon --unlock. Then try again.',
  ],
  frozen: [
    'keychain_frozen',
    `The keychain did not answer within ${PATIENCE_MS / 1000} s.`,
    'Check whether the keychain shows a question in its own window. If not, restart the keychain.',
  ],
  failed: ['keychain_failed', 'The keychain denied access.', `Try again, or ${OTHER_STORE}`],
};

export function keychainError(failure: KeychainFailure): CliError {
  if (failure.reason === 'broken') return brokenPackage(failure);
  const [code, message, hint] = FAILURES[failure.reason] ?? FAILURES['failed'] ?? [];
  return new CliError(code ?? 'keychain_failed', message ?? '', { hint });
}

const ANEW = `${REINSTALL}, or ${OTHER_STORE}`;

/** What is wrong with the keychain package, for each value of `why` that bin/packages.js and bin/keychain.js report. */
const FAULTS: Readonly<Record<string, string>> = {
  binding: 'the part of the package for this operating system is not installed',
  noexec:
    'the system does not run code from the folder of the package, for example because of the mount option noexec',
  damaged: 'the part of the package for this operating system is damaged, or is for another system',
  incomplete: 'the main file of the package is missing',
  crashed: 'it crashed',
};

function brokenPackage({ why = '', path = '' }: KeychainFailure): CliError {
  const placed = describeFault(why, path);
  const fault = placed?.fault ?? FAULTS[why] ?? 'the package threw an error while it was loaded';
  return new CliError(
    'keychain_broken',
    `The package @napi-rs/keyring, which vstoken needs for the keychain, cannot be used: ${fault}.`,
    { hint: placed ? `${placed.fix}. Or ${OTHER_STORE}` : ANEW },
  );
}
