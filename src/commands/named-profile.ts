import type { Environment } from '../core/environment';
import { PROFILE_VARIABLE } from '../core/key-source';
import { parseProfileName } from '../core/profile';
import type { GlobalValues } from './globals';

/** The profile that the option or the variable names. @throws CliError `invalid_value` */
export function namedProfile(globals: GlobalValues, env: Environment): string | undefined {
  const variable = env[PROFILE_VARIABLE];
  if (globals.profile !== undefined) return globals.profile;
  return variable ? parseProfileName(variable, PROFILE_VARIABLE) : undefined;
}
