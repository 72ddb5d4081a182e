/** Whether a process with these variables runs in a step of GitHub Actions, or of what is compatible with it. */
export function isGithubStep(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}
