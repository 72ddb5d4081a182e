import type { ExplanationsOf } from './explanation';

export const MACHINE: ExplanationsOf<3> = {
  output_unwritable: {
    causes: [
      'The disk is full, or the quota of this user is used up.',
      'The folder of a report does not exist, or may not be written to.',
      'The files of a step in GitHub Actions may not be written to.',
    ],
    fixes: [
      'See what space there is: df -h .',
      'Name another place for the report: vstoken test --report junit=PATH',
    ],
  },
  key_file_unreadable: {
    causes: [
      'VOCALSTACK_API_KEY_FILE or --api-key-file names a file that does not exist.',
      'This user may not read it, or it is a folder.',
    ],
    fixes: [
      'See what is there: ls -l "$VOCALSTACK_API_KEY_FILE"',
      'See which sources of a key are set: vstoken status',
    ],
  },
  tls_verification_disabled: {
    causes: [
      'NODE_TLS_REJECT_UNAUTHORIZED=0 is in the environment: no certificate would be checked, and anyone on the way could read the key.',
    ],
    fixes: [
      'Take it out: unset NODE_TLS_REJECT_UNAUTHORIZED',
      'Trust a private certificate authority instead: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
    ],
  },
  config_corrupt: {
    causes: [
      'The settings file was changed by hand or by another program.',
      'A copy or a restored backup of it is incomplete.',
    ],
    fixes: [
      'Find the file, to mend it: vstoken config path',
      'Or remove it, with every key in it: vstoken logout --all',
      'After that, store the key again: vstoken login',
    ],
  },
  config_newer: {
    causes: [
      'A newer vstoken wrote the settings file, and this one does not know its form.',
      'Two versions are installed, and share the settings.',
    ],
    fixes: [
      'Update the older one: npm install --global vocalstack-token',
      'Or give it settings of its own: export VOCALSTACK_CONFIG_DIR=FOLDER',
    ],
  },
  config_unsafe: {
    causes: [
      'Others may read the settings file or write to its folder, as after a copy or a restored backup.',
      'It belongs to another user, as after a command that was run with sudo.',
      'It is a symbolic link, or no regular file.',
    ],
    fixes: [
      'The hint names the command for this case; where others may read the file: chmod 600 "$(vstoken config path)"',
      'Where others may write to the folder: chmod 700 "$(dirname "$(vstoken config path)")"',
    ],
  },
  config_unreadable: {
    causes: [
      'This user may not read the settings file, or may not enter its folder.',
      'VOCALSTACK_CONFIG_DIR leads to something that is no folder.',
    ],
    fixes: [
      'See where the settings are looked for: vstoken config path',
      'Use another folder: export VOCALSTACK_CONFIG_DIR=FOLDER',
    ],
  },
  config_unwritable: {
    causes: [
      'The disk is full, the quota is used up, or the file system is read-only.',
      'This user may not write to the folder of the settings.',
      'Another program changed the file at the same moment.',
    ],
    fixes: [
      'See where the settings are: vstoken config path',
      'Use another folder: export VOCALSTACK_CONFIG_DIR=FOLDER',
      'Store nothing, and set VOCALSTACK_API_KEY.',
    ],
  },
  config_locked: {
    causes: [
      'Another vstoken was changing the settings, and did not finish within ten seconds.',
      'Another vstoken changed the profile while this one was renaming it.',
    ],
    fixes: [
      'Try again.',
      'If no vstoken is running, remove its lock: rm "$(vstoken config path).lock"',
    ],
  },
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
    causes: [
      'No secret service answers, or it has no keyring, as on a server or in a container.',
      'vocalstack-token was installed without its optional package @napi-rs/keyring.',
    ],
    fixes: [
      'Choose another store: vstoken login --store passphrase',
      'Install with the optional package: npm install --global --include=optional vocalstack-token',
      'Store nothing, and set VOCALSTACK_API_KEY.',
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
      'It is not the passphrase of the login, or it has a space too many.',
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
    ],
    fixes: [
      'See what is there: ls -l "$VOCALSTACK_PASSPHRASE_FILE"',
      'Be asked for the passphrase instead: unset VOCALSTACK_PASSPHRASE_FILE',
    ],
  },
  cannot_listen: {
    causes: [
      'Another program listens at the port, often an earlier vstoken sandbox or vstoken serve.',
      'This user may not use the port, as with those below 1024.',
    ],
    fixes: [
      'Take one that is free: vstoken sandbox --port 0',
      'Or for an endpoint: vstoken serve --port 0',
    ],
  },
};
