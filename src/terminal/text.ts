import { belongsToText, invisibleAnd } from '../core/invisible';

/**
 * Every character that could steer a terminal or disguise what follows it: C0 and DEL, C1, the line and paragraph separators, and
 * all that are invisible, the bidirectional controls among them.
 */
const UNSAFE = invisibleAnd('\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029');

/** A character beyond the first plane becomes two escapes, as in JSON. */
function escapeUnits(units: string): string {
  return units
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/**
 * Text from elsewhere, safe to show: what could steer a terminal becomes a visible `\u001b`, a line break included. Invisible
 * characters stay where text is written with them, as in emoji, in Persian and in scripts of India.
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (units, at: number) =>
    belongsToText(text, at) ? units : escapeUnits(units),
  );
}

/** A value in which every text went through escapeText. Names of members are ours and stay. */
export function escapeDeep<T>(value: T): T {
  if (typeof value === 'string') return escapeText(value) as T;
  if (Array.isArray(value)) return value.map(escapeDeep) as T;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, escapeDeep(member)]),
    ) as T;
  }
  return value;
}

/** One line of JSON in which all these characters stand as `\u` escapes, which readers undo, so that it is safe to show as well. */
export function toJsonLine(value: unknown): string {
  return `${defuseBracketed(JSON.stringify(value).replace(UNSAFE, escapeUnits))}\n`;
}

/**
 * `##`, a name or none, and a bracket: what runners look for anywhere in a line, as GitHub Actions for the older form of its commands,
 * Azure Pipelines for `##vso[`, TeamCity for `##teamcity[`, Octopus Deploy for `##octopus[`.
 */
const BRACKETED = /#(?=#[\w.-]*\[)/g;

/** A command of the newer form of GitHub Actions stands at the start of a line, where the runner skips what Unicode takes for white space. */
const COMMAND = /^((?:[^\S\r\n\u2028\u2029]|\x85)*)::/gm;

/** Text without commands of the form that counts anywhere in a line; the escape is one in JSON, too. */
export function defuseBracketed(text: string): string {
  return text.replace(BRACKETED, '\\u0023');
}

/** Lines that no runner of a CI system takes for a command: what would begin one becomes a visible escape. */
export function defuseWorkflowCommands(text: string): string {
  return defuseBracketed(text.replace(COMMAND, '$1\\u003a:'));
}

/** The value of a workflow command, in which a line break would begin another. */
export function escapeCommandValue(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
