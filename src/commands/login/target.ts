import type { CommandContext } from '../../cli/define';
import { exitCodeOf } from '../../core/error-codes';
import { CliError, toCliError } from '../../core/errors';
import { chooseApiServer, GIVING_VARIABLES } from '../../core/key-source';
import { findProfile, type Profile, type StoredConfig } from '../../core/stored-config';
import { namedProfile } from '../../credentials/named-profile';
import { requireVerification } from '../../credentials/open-target';

export interface LoginTarget {
  readonly config: StoredConfig;
  readonly profile: string;
  /** The profile before the login. Undefined if the login creates the profile. */
  readonly before: Profile | undefined;
  readonly apiServer: string;
}

/**
 * Chooses the profile and the server of a login.
 * @throws CliError `invalid_value`, `tls_verification_disabled`; errors of reading the settings and of choosing a server
 */
export async function chooseLoginTarget(context: CommandContext): Promise<LoginTarget> {
  const { env, globals, vault } = context;
  const config = await vault.read();
  const profile = namedProfile(globals, env) ?? config.profile;
  const before = findProfile(config, profile);
  const apiServer = chooseApiServer(globals.apiServer, env, before?.origin, config);
  requireVerification(context, apiServer);
  return { config, profile, before, apiServer };
}

/**
 * Throws the error again. For a network error, the hint also says that nothing was stored, and how to store the key without the
 * check.
 */
export function rethrowWithNoVerifyHint(thrown: unknown): never {
  const { code, message, hint, httpStatus } = toCliError(thrown);
  if (exitCodeOf(code) !== 6) throw thrown;
  const more = 'Nothing was stored. To store the key without checking it: --no-verify';
  throw new CliError(code, message, {
    hint: hint ? `${hint}\n${more}` : more,
    httpStatus,
    cause: thrown,
  });
}

/**
 * Prints a note if the key of an environment variable is used instead of the stored key, because people often overlook the
 * variable.
 */
export function warnOfShadow({ env, notes }: CommandContext, profile: string): void {
  const hiding = GIVING_VARIABLES.find((name) => env[name]);
  if (!hiding) return;
  notes.note(
    `${hiding} is set, so the key of this variable is used instead of the stored key. To use the stored key: --profile ${profile}`,
  );
}
