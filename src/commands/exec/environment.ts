import type { Environment } from '../../core/environment';
import { CliError } from '../../core/errors';
import {
  KEY_COMMAND_VARIABLE,
  KEY_FILE_VARIABLE,
  KEY_VARIABLE,
  PASSPHRASE_FILE_VARIABLE,
  PASSPHRASE_VARIABLE,
  SERVER_VARIABLE,
  TOKEN_VARIABLE,
} from '../../core/key-source';
import { DEFAULT_API_SERVER } from '../../core/origin';
import type { Minted } from '../../credentials/mint-one';

interface TokenVariableOptions {
  /** The name of the variable for the token. The names of the other variables begin with this name. */
  readonly name: string;
  /** Whether the token is passed in a file instead of the environment. */
  readonly isInFile: boolean;
  /** Whether the token is replaced while the program runs. If so, its expiry is not known in advance. */
  readonly isRefreshed: boolean;
  readonly isServerNamed: boolean;
}

const tokenVariables = (name: string) =>
  ['', '_FILE', '_ACCESS', '_EXPIRES_AT'].map((end) => `${name}${end}`);

/**
 * Variables of vstoken that are removed from the environment of the command. Names are compared without case, because Windows
 * ignores case in the names of variables.
 */
const DROPPED: readonly string[] = [
  KEY_VARIABLE,
  KEY_FILE_VARIABLE,
  KEY_COMMAND_VARIABLE,
  PASSPHRASE_VARIABLE,
  PASSPHRASE_FILE_VARIABLE,
  ...tokenVariables(TOKEN_VARIABLE),
];

/**
 * Names that --name does not accept, because programs use these variables for something else. If such a variable contained a
 * token, programs would not work.
 */
const RESERVED: readonly string[] = [
  ...DROPPED.filter((name) => !name.startsWith(TOKEN_VARIABLE)),
  SERVER_VARIABLE,
  'PATH',
  'HOME',
  'TMPDIR',
  'SHELL',
  'NODE_OPTIONS',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
];

/** @throws CliError `invalid_value` if the name is reserved, or if the name with an ending such as `_FILE` is reserved */
export function requireFreeName(name: string): void {
  const reserved = tokenVariables(name).find((each) => RESERVED.includes(each.toUpperCase()));
  if (!reserved) return;
  throw new CliError(
    'invalid_value',
    `--name cannot be ${name}: ${reserved} is a variable with another meaning.`,
    {
      hint: `Choose another name, such as TOKEN. The default is ${TOKEN_VARIABLE}.`,
    },
  );
}

/** Returns the environment of the command. It contains the new token, no older token, and no key to mint another token. */
export function environmentFor(
  env: Environment,
  { token, access, expires_at, api_server }: Minted,
  { name, isInFile, isRefreshed, isServerNamed }: TokenVariableOptions,
): Environment {
  const own = tokenVariables(name);
  const kept = Object.entries(env).filter(
    ([variable]) => !DROPPED.includes(variable.toUpperCase()) && !own.includes(variable),
  );
  // VOCALSTACK_API_SERVER is not set if the server is the default server, and neither --api-server nor this variable named it.
  // Reason: with the variable, a vstoken that the command runs could not use stored keys of other servers.
  const isUsual = api_server === DEFAULT_API_SERVER && !isServerNamed && !env[SERVER_VARIABLE];
  return {
    ...Object.fromEntries(kept),
    ...(isUsual ? {} : { [SERVER_VARIABLE]: api_server }),
    [`${name}_ACCESS`]: access,
    ...(isRefreshed ? {} : { [`${name}_EXPIRES_AT`]: expires_at }),
    ...(isInFile ? {} : { [name]: token }),
  };
}
