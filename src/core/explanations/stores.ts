import type { ExplanationsOf } from './explanation';

type StoreCode =
  | 'no_key_store'
  | 'keychain_absent'
  | 'keychain_not_installed'
  | 'keychain_broken'
  | 'keychain_locked'
  | 'keychain_frozen'
  | 'keychain_failed'
  | 'passphrase_wrong'
  | 'passphrase_unreadable';

/** Explains errors of the stores of API keys. */
export const STORES: Pick<ExplanationsOf<3>, StoreCode> = {
  no_key_store: {
    causes: [
      'login found no keychain that works, was told of no other store, and had no terminal to ask in.',
    ],
    fixes: [
      'Seal the key, with VOCALSTACK_PASSPHRASE set in a script: vstoken login --store passphrase',
      'Keep it in plain text, where the files of this user are protected: vstoken login --store plaintext',
      'Store nothing, and set VOCALSTACK_API_KEY.',
    ],
  },
  keychain_absent: {
    causes: ['No secret service answers, or it has no keyring, as on a server or in a container.'],
    fixes: [
      'Choose another store: vstoken login --store passphrase',
      'Store nothing, and set VOCALSTACK_API_KEY.',
    ],
  },
  keychain_not_installed: {
    causes: [
      'vocalstack-token was installed without its optional package @napi-rs/keyring.',
      'The package is in another folder: only the node_modules of vocalstack-token, and the one that it is in, are looked at.',
    ],
    fixes: [
      'Install with the optional package: npm install --global --include=optional vocalstack-token',
      'Choose another store: vstoken login --store passphrase',
      'Store nothing, and set VOCALSTACK_API_KEY.',
    ],
  },
  keychain_broken: {
    causes: [
      'The part of @napi-rs/keyring for this operating system is missing, is damaged, or is for another one.',
      'The package is on a file system from which nothing is executed (noexec).',
      'Another user owns a folder of the package or may write to it, so that anything could be in it.',
    ],
    fixes: [
      'See which one it is: vstoken doctor --offline',
      'Install anew, on the machine that runs it: npm install --global --include=optional vocalstack-token',
      'Choose another store: vstoken login --store passphrase',
    ],
  },
  keychain_locked: {
    causes: [
      'The keychain locked itself, or nobody has unlocked it since the system was started.',
      'Its question for the password was dismissed, or there is no desktop to show it, as over SSH.',
    ],
    fixes: [
      'Unlock it by logging in to the desktop, or on Linux with its own tool: gnome-keyring-daemon --unlock',
      'Choose another store: vstoken login --store passphrase',
    ],
  },
  keychain_frozen: {
    causes: [
      'The keychain waits for an answer in a window of its own, and had three seconds.',
      'Its process hangs, or this machine is too busy for an answer in that time.',
    ],
    fixes: [
      'Look for such a window, answer it, and try again.',
      'Start the keychain again, or log in to the desktop anew.',
      'Choose another store: vstoken login --store passphrase',
    ],
  },
  keychain_failed: {
    causes: [
      'The keychain, or the person whom it asked, denied access.',
      'It took the key, and did not have it when it was asked.',
    ],
    fixes: [
      'Try again, and allow the access if you are asked.',
      'Choose another store: vstoken login --store passphrase',
    ],
  },
  passphrase_wrong: {
    causes: [
      'It is not the passphrase of the login, or it has a space too many, or quotes around it, which Docker keeps in a file of variables.',
      'VOCALSTACK_PASSPHRASE or VOCALSTACK_PASSPHRASE_FILE holds that of another profile.',
      'The settings were changed: a sealed key opens for its own profile and server alone.',
    ],
    fixes: [
      'Be asked for it instead: unset VOCALSTACK_PASSPHRASE VOCALSTACK_PASSPHRASE_FILE',
      'Without the passphrase, store the key again: vstoken login',
    ],
  },
  passphrase_unreadable: {
    causes: [
      'The file that VOCALSTACK_PASSPHRASE_FILE names does not exist, or this user may not read it.',
      'It is empty, is longer than 4096 bytes, or is not text in UTF-8.',
      'It has a character in it that cannot be seen, such as a ZERO WIDTH SPACE. The message names it.',
    ],
    fixes: [
      'See what is there: ls -l "$VOCALSTACK_PASSPHRASE_FILE"',
      'Be asked for the passphrase instead: unset VOCALSTACK_PASSPHRASE_FILE',
    ],
  },
};
