import type { Environment } from '../core/environment';
import { isGithubStep, notInGithubActions } from '../core/github-step';
import { renderAnnotations, renderSummary } from './github';
import type { Report, ReportContext } from './report';

/** Maximum size of a step summary. GitHub drops a larger summary. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

/**
 * Returns the path of the file that GitHub Actions shows as the summary of a step.
 * @throws CliError `not_in_github_actions`
 */
export function requireSummaryPath(env: Environment): string {
  const { GITHUB_STEP_SUMMARY: path } = env;
  if (isGithubStep(env) && path) return path;
  throw notInGithubActions('--report github', env, ['GITHUB_STEP_SUMMARY'], {
    elsewhere: '--report junit=PATH or --report html=PATH',
  });
}

/**
 * Writes annotations for a failure, and appends the report to the summary of the GitHub Actions step. The annotations go to
 * standard error, because standard output must contain only the result. GitHub Actions reads annotations from
 * standard output and from standard error.
 * @throws errors of the file system
 */
export async function reportToGithub(context: ReportContext, report: Report): Promise<void> {
  const { env, files, notes } = context;
  const path = requireSummaryPath(env);
  const annotations = renderAnnotations(report);
  if (annotations !== '') notes.command(annotations);
  const before = await files.readBytes(path, MAX_SUMMARY_BYTES).catch(() => new Uint8Array());
  const summary = renderSummary(report, MAX_SUMMARY_BYTES - before.length);
  if (summary === null) {
    notes.warn(
      'This report is not in the summary of the step, because the summary has reached its maximum of 1 MiB.',
    );
    return;
  }
  await files.appendLines(path, summary);
}
