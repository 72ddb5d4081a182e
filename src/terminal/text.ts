/**
 * Every character that could steer a terminal or disguise what follows it: C0 and DEL, C1, the line and
 * paragraph separators, and the bidirectional controls.
 */
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}

/** Text from elsewhere, safe to show: what could steer a terminal becomes a visible `\u001b`, a line break included. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${hex(character)}`);
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

/** One line of JSON in which the same characters stand as `\u` escapes, so that it is safe to show as well. */
export function toJsonLine(value: unknown): string {
  const line = JSON.stringify(value)
    .replace(UNSAFE, (character) => `\\u${hex(character)}`)
    .replaceAll(OLD_COMMAND, OLD_COMMAND_ESCAPED);
  return `${line}\n`;
}

/** A command of the older form, which the runner of GitHub Actions looks for anywhere in a line. */
const OLD_COMMAND = '##[';
const OLD_COMMAND_ESCAPED = '\\u0023#[';

/** One of the newer form stands at the start of a line, where the runner skips what Unicode takes for white space. */
const COMMAND = /^((?:[^\S\r\n]|\x85)*)::/gm;

/** Lines that the runner of GitHub Actions takes for no command: what would begin one becomes a visible escape. */
export function defuseWorkflowCommands(text: string): string {
  return text.replace(COMMAND, '$1\\u003a:').replaceAll(OLD_COMMAND, OLD_COMMAND_ESCAPED);
}

/** The value of a workflow command, in which a line break would begin another. */
export function escapeCommandValue(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
