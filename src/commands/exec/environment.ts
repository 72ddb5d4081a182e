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

interface Handover {
  /** The variable of the token, from whose name the others are made. */
  readonly name: string;
  /** Whether the token itself is kept out of it. */
  readonly isInFile: boolean;
  /** Whether the token is replaced while the program runs, so that nobody can say before when it expires. */
  readonly isRefreshed: boolean;
  readonly isServerNamed: boolean;
}

const tokenVariables = (name: string) =>
  ['', '_FILE', '_ACCESS', '_EXPIRES_AT'].map((end) => `${name}${end}`);

/** In whatever case: Windows takes them for the same. */
const DROPPED: readonly string[] = [
  KEY_VARIABLE,
  KEY_FILE_VARIABLE,
  KEY_COMMAND_VARIABLE,
  PASSPHRASE_VARIABLE,
  PASSPHRASE_FILE_VARIABLE,
  ...tokenVariables(TOKEN_VARIABLE),
];

/** Names that programs take for something else than a token, and what a token in them would break. */
const TAKEN: readonly string[] = [
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

/** @throws CliError `invalid_value` */
export function requireFreeName(name: string): void {
  const taken = tokenVariables(name).find((each) => TAKEN.includes(each.toUpperCase()));
  if (!taken) return;
  throw new CliError('invalid_value', `--name cannot be ${name}: ${taken} is for something else.`, {
    hint: `Choose a name of its own, such as TOKEN. The usual one is ${TOKEN_VARIABLE}.`,
  });
}

/** The environment of a command that is to have this token, and neither the means to mint another nor an older one. */
export function environmentFor(
  env: Environment,
  { token, access, expires_at, api_server }: Minted,
  { name, isInFile, isRefreshed, isServerNamed }: Handover,
): Environment {
  const own = tokenVariables(name);
  const kept = Object.entries(env).filter(
    ([variable]) => !DROPPED.includes(variable.toUpperCase()) && !own.includes(variable),
  );
  // Where it goes without saying it is left out: it would keep a command from the servers of its own stored keys.
  const isUsual = api_server === DEFAULT_API_SERVER && !isServerNamed && !env[SERVER_VARIABLE];
  return {
    ...Object.fromEntries(kept),
    ...(isUsual ? {} : { [SERVER_VARIABLE]: api_server }),
    [`${name}_ACCESS`]: access,
    ...(isRefreshed ? {} : { [`${name}_EXPIRES_AT`]: expires_at }),
    ...(isInFile ? {} : { [name]: token }),
  };
}
