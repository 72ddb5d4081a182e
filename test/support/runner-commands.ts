/**
 * What the runners of other CI systems than GitHub's take for commands: `##`, a name and what stands in brackets, anywhere in a
 * line. Azure Pipelines looks for `##vso[` in upper and lower case, TeamCity for `##teamcity[`, Octopus Deploy for `##octopus[`.
 */
export function runnerCommands(output: string): readonly string[] {
  return output.match(/##(vso|teamcity|octopus)?\[/gi) ?? [];
}
