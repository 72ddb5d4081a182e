import type { Environment } from './environment';
import { CliError } from './errors';

/** Whether these environment variables are those of a step of GitHub Actions or a compatible runner. */
export function isGithubStep(env: Environment): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}

/**
 * @param option the option that works only in a step of GitHub Actions
 * @param variables the variables that must be set there
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
        `In a container or a script, pass the variable on: docker run --env ${missing[0]}, with its folder mounted. Elsewhere use ${elsewhere}.`,
      ]
    : [
        `${option} works only in a step of GitHub Actions: GITHUB_ACTIONS is not true.`,
        `Elsewhere use ${elsewhere}.`,
      ];
  return new CliError('not_in_github_actions', message, { hint });
}
