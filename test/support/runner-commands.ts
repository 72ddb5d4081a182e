/**
 * Returns the parts of an output that CI runners other than GitHub's could read as commands. Such a command is `##`, a name and
 * `[`, anywhere in a line.
 * - Azure Pipelines looks for `##vso[`, in upper and lower case.
 * - TeamCity looks for `##teamcity[`.
 * - Octopus Deploy looks for `##octopus[`.
 */
export function runnerCommands(output: string): readonly string[] {
  return output.match(/##(vso|teamcity|octopus)?\[/gi) ?? [];
}
