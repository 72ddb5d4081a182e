import { invisibleAnd, isPartOfText } from '../core/invisible';

/**
 * Matches characters that can control a terminal or disguise text: C0 and DEL, C1, the line and paragraph separators, and all
 * invisible characters, including bidirectional controls.
 */
const UNSAFE = invisibleAnd('\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029');

/** Escapes each UTF-16 unit. A character beyond U+FFFF becomes two escapes, as in JSON. */
function escapeUnits(units: string): string {
  return units
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/**
 * Makes untrusted text safe to show. Characters that control a terminal, such as line breaks, become visible escapes such as
 * `\u001b`. Invisible characters stay where emoji, Persian or a script of India needs them.
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (units, at: number) =>
    isPartOfText(text, at) ? units : escapeUnits(units),
  );
}

/**
 * Applies `escapeText` to every text in a value. The names of the members of objects are not changed, because vstoken itself has
 * chosen these names.
 */
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

/** Returns one line of JSON with unsafe characters as `\u` escapes. The line is safe to show, and parses to the same value. */
export function toJsonLine(value: unknown): string {
  return `${escapeBracketedCommands(JSON.stringify(value).replace(UNSAFE, escapeUnits))}\n`;
}

/**
 * Matches the beginnings of commands that CI runners find anywhere in a line of output: `##`, an optional name and a bracket.
 * Examples: `##[` of GitHub Actions (the older commands), `##vso[` of Azure Pipelines, `##teamcity[`, `##octopus[`.
 */
const BRACKETED = /#(?=#[\w.-]*\[)/g;

/** Matches the newer commands of GitHub Actions (`::`). They are at the start of a line, after optional Unicode white space. */
const COMMAND = /^((?:[^\S\r\n\u2028\u2029]|\x85)*)::/gm;

/**
 * Escapes `##[`, `##vso[` and the like, which CI runners would read as the start of a command, anywhere in a line. The escape
 * `\u0023` is also valid in JSON.
 */
export function escapeBracketedCommands(text: string): string {
  return text.replace(BRACKETED, '\\u0023');
}

/** Escapes text that is printed in CI, so that no CI runner reads a part of the text as a command. */
export function escapeWorkflowCommands(text: string): string {
  return escapeBracketedCommands(text.replace(COMMAND, '$1\\u003a:'));
}

/**
 * Escapes a value in a command to GitHub Actions. Reason: a line break in the value would end the command, and could start
 * another command.
 */
export function escapeCommandValue(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
