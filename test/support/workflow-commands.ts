/** A command in an output that the runner of GitHub Actions would execute. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/**
 * Returns the commands in an output. Follows the rules of ActionCommand in the runner of GitHub Actions:
 * - Lines end as in .NET: with CR, LF or both.
 * - White space may precede a command in the newer form (`::name::`).
 * - A command in the older form (`##[name]`) may start anywhere in a line.
 * - Any name counts as a command, because `::stop-commands::WORD` makes any word the name of a command.
 */
export function workflowCommands(output: string): readonly WorkflowCommand[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => {
    const command = parseNew(line.replace(/^[\s\x85]+/, '')) ?? parseOld(line);
    return command ? [command] : [];
  });
}

function parseNew(line: string): WorkflowCommand | null {
  const end = line.indexOf('::', 2);
  if (!line.startsWith('::') || end < 0) return null;
  const [name = '', ...words] = line.slice(2, end).split(' ');
  const pairs = words
    .join(' ')
    .split(',')
    .map((pair) => pair.split(/=(.*)/s))
    .filter(([key, value]) => key && value);
  return {
    name,
    properties: Object.fromEntries(
      pairs.map(([key = '', value = '']) => [key.trim(), unescapeText(value, PROPERTY)]),
    ),
    data: unescapeText(line.slice(end + 2), DATA),
  };
}

function parseOld(line: string): WorkflowCommand | null {
  const begin = line.indexOf('##[');
  const end = line.indexOf(']', begin);
  if (begin < 0 || end < 0) return null;
  return { name: line.slice(begin + 3, end), properties: {}, data: line.slice(end + 1) };
}

const DATA = { '%0D': '\r', '%0A': '\n', '%25': '%' };
const PROPERTY = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };

/** Replaces the escapes in the same order as the runner: the percent sign is last. */
function unescapeText(text: string, escapes: Readonly<Record<string, string>>): string {
  return Object.entries(escapes).reduce((all, [from, to]) => all.replaceAll(from, to), text);
}
