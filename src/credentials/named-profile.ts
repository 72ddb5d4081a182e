import type { Environment } from '../core/environment';
import { PROFILE_VARIABLE } from '../core/key-source';
import { parseProfileName } from '../core/profile';
import type { TargetChoice } from './target';

/**
 * Returns the profile name in `--profile`, otherwise the profile name in VOCALSTACK_PROFILE. Undefined if neither is set.
 * @throws CliError `invalid_value`
 */
export function namedProfile(choice: TargetChoice, env: Environment): string | undefined {
  const variable = env[PROFILE_VARIABLE];
  if (choice.profile !== undefined) return choice.profile;
  return variable ? parseProfileName(variable, PROFILE_VARIABLE) : undefined;
}
