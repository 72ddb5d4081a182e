import type { Environment } from './environment';
import { CliError } from './errors';

/** Whether this program runs in a step of GitHub Actions, or of a compatible CI system. */
export function isGithubStep(env: Environment): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}

/**
 * Returns the error for an option that works only in a step of GitHub Actions.
 * @param variables the variables that the option needs
 */
export function notInGithubActions(
  option: string,
  env: Environment,
  variables: readonly string[],
  { elsewhere }: { readonly elsewhere: string },
): CliError {
  const missing = variables.filter((name) => !env[name]);
  const areNot = missing.length > 1 ? 'which are not set' : 'which is not set';
  const [message, hint] = isGithubStep(env)
    ? [
        `${option} needs ${missing.join(' and ')}, ${areNot}, although GITHUB_ACTIONS is true.`,
        `In a container or a script, pass the variable on: docker run --env ${missing[0]}. Also mount the folder of the file whose path is in this variable. Outside GitHub Actions, use ${elsewhere}.`,
      ]
    : [
        `${option} works only in a step of GitHub Actions: GITHUB_ACTIONS is not true.`,
        `Outside GitHub Actions, use ${elsewhere}.`,
      ];
  return new CliError('not_in_github_actions', message, { hint });
}
