import { isTokenName } from './names';
import { placeholderIn, type TextKind } from './text-kind';

/**
 * Matches the words that programs write instead of a token, such as `undefined` or `${TOKEN}`. A `${TOKEN}` in backquotes also
 * matches, but it is code that inserts the token later: see `isTemplate`.
 */
const PLACEHOLDER =
  '(undefined|null|none|nan|\\[object \\w{1,40}\\]|\\*{3,100}|[\\[<(](?:redacted|masked|filtered|hidden)[\\])>]|\\$\\{\\{[^}\\n]{1,100}\\}\\}|\\$\\{\\w{1,60}\\}|\\$\\w{1,60}|\\{\\{[^}\\n]{1,60}\\}\\}|%\\w{1,60}%|<[\\w -]{1,40}>|\\u2022{3,100})(?![\\w*\\u2022])';

const BEHIND_BEARER = new RegExp(`\\bbearer[ \\t:]{1,5}${PLACEHOLDER}`, 'gi');
const BEHIND_SIGN = new RegExp(`(?<=[=:"'\\s])${PLACEHOLDER}`, 'gi');
/**
 * Matches the name before a value in a JSON member, a log line, a file or a URL. Does not match `=` with spaces around it,
 * because that is code, such as `token = null`.
 */
const NAME_BEFORE = /(?<![\w-])([\w-]{4,40})(?:=|\\?["']\s{0,3}:\s{0,3}|:[ \t])\\?["']?$/;
const MAX_BEFORE = 60;
const NOTHING_BEHIND_BEARER =
  /authorization\\?["']?[ \t]{0,3}[:=][ \t]{0,3}\\?["']?bearer[ \t]{0,10}(?:[\r\n]|$|\\?["'](?=\s{0,5}(?:[,}\]]|\\n|$)))/i;
const NOTHING_BEHIND_NAME =
  /^(?:export[ \t]|set[ \t]|-[ \t])?[ \t]{0,20}([\w-]{4,40})=["']{0,2}\r?$/gim;

/**
 * Returns what a longer text contains instead of a token: an empty variable, a variable name, or a mask such as `***`. Null if
 * nothing was found.
 */
export function emptySlotIn(text: string): TextKind | null {
  for (const { 1: found = '', index } of text.matchAll(BEHIND_BEARER)) {
    if (!isTemplate(text, index)) return placeholderIn(found);
  }
  // Search for placeholders, then for the name before each. The other order would be slow, because a text has many names.
  for (const { 1: found = '', index } of text.matchAll(BEHIND_SIGN)) {
    const [, name = ''] =
      NAME_BEFORE.exec(text.slice(Math.max(0, index - MAX_BEFORE), index)) ?? [];
    if (isTokenName(name)) return placeholderIn(found);
  }
  if (NOTHING_BEHIND_BEARER.test(text)) return placeholderIn('Bearer');
  for (const { 1: name = '' } of text.matchAll(NOTHING_BEHIND_NAME)) {
    if (isTokenName(name)) return placeholderIn('undefined');
  }
  return null;
}

const isTemplate = (text: string, at: number) =>
  /`[^`\n]*$/.test(text.slice(Math.max(0, at - 60), at));
