import type { CommandContext } from '../../cli/define';
import { CliError, shortageOf } from '../../core/errors';
import { isGithubStep, notInGithubActions } from '../../core/github-step';
import { reasonSuffix } from '../../core/system-reasons';
import { escapeCommandValue } from '../../terminal/text';

const OUTPUT_NAME = 'token';

/**
 * Formats the assignment of a value to a name, for a file that the runner of GitHub Actions reads. The runner reads the value up
 * to the delimiter. The delimiter must be random, so that the value cannot contain it.
 */
function assignment(name: string, value: string, delimiter: string): string {
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

/**
 * Returns the paths in GITHUB_OUTPUT and GITHUB_ENV. A step writes its outputs and its variables to these files.
 * @throws CliError `not_in_github_actions` if the variables are missing
 */
export function requireGithubFiles({ env }: Pick<CommandContext, 'env'>): {
  readonly output: string;
  readonly env: string;
} {
  const { GITHUB_OUTPUT: output, GITHUB_ENV: environment } = env;
  if (isGithubStep(env) && output && environment) return { output, env: environment };
  throw notInGithubActions('-o github', env, ['GITHUB_OUTPUT', 'GITHUB_ENV'], {
    elsewhere: '-o env, -o dotenv or -o json',
  });
}

/**
 * Passes a token to the later steps of a job. First masks the token in the logs. Then sets the step output `token` and a
 * variable.
 * @throws CliError `output_unwritable`
 */
export async function passToGithub(
  context: CommandContext,
  token: string,
  name: string,
): Promise<void> {
  const files = requireGithubFiles(context);
  await context.io.stdout.write(`::add-mask::${escapeCommandValue(token)}\n`);
  try {
    const delimiter = `vstoken-${context.randomId()}`;
    await context.files.appendLines(files.output, assignment(OUTPUT_NAME, token, delimiter));
    await context.files.appendLines(files.env, assignment(name, token, delimiter));
  } catch (cause) {
    const says = `A file that GitHub Actions provides for the step could not be written${reasonSuffix(cause)}.`;
    const hint =
      'Check the disk of the runner, and the files that GITHUB_OUTPUT and GITHUB_ENV name.';
    throw shortageOf(cause) ?? new CliError('output_unwritable', says, { hint, cause });
  }
  context.notes.note(
    `The token is in the step output "${OUTPUT_NAME}" and in the variable ${name}.`,
  );
}
