import type { Environment } from '../core/environment';
import { isGithubStep, notInGithubActions } from '../core/github-step';
import { renderAnnotations, renderSummary } from './github';
import type { Report, ReportContext } from './report';

/** GitHub drops the whole summary of a step that is larger. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

/** The file of this step's summary. @throws CliError `not_in_github_actions` */
export function requireSummaryPath(env: Environment): string {
  const { GITHUB_STEP_SUMMARY: path } = env;
  if (isGithubStep(env) && path) return path;
  throw notInGithubActions('--report github', env, ['GITHUB_STEP_SUMMARY'], {
    elsewhere: '--report junit=PATH or --report html=PATH',
  });
}

/**
 * Annotates a failure and appends to the summary of the step. The annotations go to standard error, where the runner looks
 * for commands as well, so that standard output has the result alone.
 * @throws what the file system throws
 */
export async function reportToGithub(context: ReportContext, report: Report): Promise<void> {
  const { env, files, notes } = context;
  const path = requireSummaryPath(env);
  const annotations = renderAnnotations(report);
  if (annotations !== '') notes.command(annotations);
  const before = await files.readBytes(path, MAX_SUMMARY_BYTES).catch(() => new Uint8Array());
  const summary = renderSummary(report, MAX_SUMMARY_BYTES - before.length);
  if (summary === null) {
    notes.warn('The summary of this step is full: it holds 1 MiB, and this report is not in it.');
    return;
  }
  await files.appendLines(path, summary);
}
