import type { ErrorCode } from '../core/error-codes';

const CONFIG_ERRORS: readonly ErrorCode[] = [
  'config_corrupt',
  'config_newer',
  'config_unsafe',
  'config_unreadable',
];
export const CONFIG_WRITE_ERRORS: readonly ErrorCode[] = [
  ...CONFIG_ERRORS,
  'config_unwritable',
  'config_locked',
];

export const KEY_STORE_ERRORS: readonly ErrorCode[] = [
  ...CONFIG_ERRORS,
  'unknown_profile',
  'key_for_other_server',
  'keychain_absent',
  'keychain_not_installed',
  'keychain_broken',
  'keychain_locked',
  'keychain_frozen',
  'keychain_failed',
  'passphrase_wrong',
  'passphrase_unreadable',
  'prompt_impossible',
];

/** Errors of reading the API key from any source. */
export const KEY_ERRORS: readonly ErrorCode[] = [
  'no_key',
  'key_empty',
  'key_malformed',
  'key_file_unreadable',
  'key_command_failed',
  ...KEY_STORE_ERRORS,
];
