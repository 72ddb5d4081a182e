import { KEYCHAIN_CAUSES, KEYCHAIN_FIX, REINSTALL_WITH_KEYCHAIN } from '../distribution';
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

export const STORES: Pick<ExplanationsOf<3>, StoreCode> = {
  no_key_store: {
    causes: [
      'vstoken login found no working keychain and no option --store, and cannot ask for the store, because there is no terminal.',
    ],
    fixes: [
      'Encrypt the key with a passphrase (a script must set VOCALSTACK_PASSPHRASE): vstoken login --store passphrase',
      'Store the key as plain text, if no one else can read the files of this user: vstoken login --store plaintext',
      'Do not store a key. Set VOCALSTACK_API_KEY instead.',
    ],
  },
  keychain_absent: {
    causes: [
      'On Linux, the keychain is the Secret Service of the desktop. It is not running or has no keyring, as on a server or in a container.',
    ],
    fixes: [
      'Choose another store: vstoken login --store passphrase',
      'Do not store a key. Set VOCALSTACK_API_KEY instead.',
    ],
  },
  keychain_not_installed: {
    causes: KEYCHAIN_CAUSES,
    fixes: [
      KEYCHAIN_FIX,
      'Choose another store: vstoken login --store passphrase',
      'Do not store a key. Set VOCALSTACK_API_KEY instead.',
    ],
  },
  keychain_broken: {
    causes: [
      'The binary file of @napi-rs/keyring is missing, damaged, or made for another operating system.',
      'The package is on a file system that does not allow programs to run (noexec).',
      'A folder of the package belongs to another user, or other users can write to it, so its content cannot be trusted.',
    ],
    fixes: [
      'Find the cause: vstoken doctor --offline',
      REINSTALL_WITH_KEYCHAIN,
      'Choose another store: vstoken login --store passphrase',
    ],
  },
  keychain_locked: {
    causes: [
      'The keychain locked itself, or was not unlocked since the system started.',
      'The password prompt of the keychain was cancelled, or there is no desktop to show the prompt, as over SSH.',
    ],
    fixes: [
      'Log in to the desktop to unlock the keychain, or on Linux run: gnome-keyring-daemon --unlock',
      'Choose another store: vstoken login --store passphrase',
    ],
  },
  keychain_frozen: {
    causes: [
      'The keychain asked a question in its own window, and got no answer within 3 s.',
      'The keychain hangs, or this machine is too busy.',
    ],
    fixes: [
      'Look for a window of the keychain, answer its question, and try again.',
      'Restart the keychain, or log in to the desktop again.',
      'Choose another store: vstoken login --store passphrase',
    ],
  },
  keychain_failed: {
    causes: [
      'The keychain denied access, or somebody clicked to deny access in the window of the keychain.',
      'The keychain accepted the key, but did not return it.',
    ],
    fixes: [
      'Try again, and allow access if you are asked.',
      'Choose another store: vstoken login --store passphrase',
    ],
  },
  passphrase_wrong: {
    causes: [
      'The passphrase is not the one used at login, has an extra space, or has quotes around it. Docker does not remove quotes in an env file.',
      'VOCALSTACK_PASSPHRASE or VOCALSTACK_PASSPHRASE_FILE contains the passphrase of another profile.',
      'The settings file was changed. An encrypted key works only for the profile and the server for which it was stored.',
    ],
    fixes: [
      'To be asked for the passphrase, unset both variables: unset VOCALSTACK_PASSPHRASE VOCALSTACK_PASSPHRASE_FILE',
      'If you do not have the passphrase, store the key again: vstoken login',
    ],
  },
  passphrase_unreadable: {
    causes: [
      'The file that VOCALSTACK_PASSPHRASE_FILE names does not exist, or this user may not read it.',
      'The file is empty, is longer than 4096 bytes, or is not UTF-8 text.',
      'The passphrase contains an invisible character, such as a ZERO WIDTH SPACE. The error message names the character.',
    ],
    fixes: [
      'Check the file: ls -l "$VOCALSTACK_PASSPHRASE_FILE"',
      'To be asked for the passphrase, unset the variable: unset VOCALSTACK_PASSPHRASE_FILE',
    ],
  },
};
