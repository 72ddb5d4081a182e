import type { Environment } from './environment';
import { CliError } from './errors';

/** Whether a process with these variables runs in a step of GitHub Actions, or of what is compatible with it. */
export function isGithubStep(env: Environment): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}

/** @param option the one that works in such a step alone @param variables those that have to be set there */
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
        `In a container or a script of its own, hand the variable on: docker run --env ${missing[0]} with its folder mounted. Elsewhere use ${elsewhere}.`,
      ]
    : [
        `${option} works in a step of GitHub Actions only: GITHUB_ACTIONS is not true.`,
        `Elsewhere use ${elsewhere}.`,
      ];
  return new CliError('not_in_github_actions', message, { hint });
}
