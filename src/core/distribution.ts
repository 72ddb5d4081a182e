// Constants for the npm package. In the executable, assets/binary/distribution.ts replaces this file.

/** Whether this program is the standalone executable, which needs no Node.js. */
export const IS_EXECUTABLE: boolean = false;

export const UPDATE = 'npm install --global vocalstack-token';

/** Parts of messages about the optional package for the keychain: where it must be, and how to install it. */
export const KEYCHAIN_LOCATION = 'next to vstoken';
export const KEYCHAIN_HINT = 'Install vocalstack-token with its optional packages';
export const KEYCHAIN_CAUSES = [
  'vocalstack-token was installed without its optional package @napi-rs/keyring.',
  'The package @napi-rs/keyring is in another folder. vstoken only looks in its own node_modules, and in the node_modules that contains vstoken.',
] as const;
export const KEYCHAIN_FIX =
  'Install with the optional package: npm install --global --include=optional vocalstack-token';
export const REINSTALL_WITH_KEYCHAIN =
  'Reinstall vocalstack-token on the machine on which it runs: npm install --global --include=optional vocalstack-token';
export const REINSTALL = 'Reinstall vocalstack-token';
