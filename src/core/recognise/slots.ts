import { isTokenName } from './names';
import { type Instead, placeholderIn } from './text-kind';

/** A text that is there instead of a token. Templates in backquotes are code that inserts the token later. */
const PLACEHOLDER =
  '(undefined|null|none|nan|\\[object \\w{1,40}\\]|\\*{3,100}|[\\[<(](?:redacted|masked|filtered|hidden)[\\])>]|\\$\\{\\{[^}\\n]{1,100}\\}\\}|\\$\\{\\w{1,60}\\}|\\$\\w{1,60}|\\{\\{[^}\\n]{1,60}\\}\\}|%\\w{1,60}%|<[\\w -]{1,40}>|\\u2022{3,100})(?![\\w*\\u2022])';

const BEHIND_BEARER = new RegExp(`\\bbearer[ \\t:]{1,5}${PLACEHOLDER}`, 'gi');
const BEHIND_SIGN = new RegExp(`(?<=[=:"'\\s])${PLACEHOLDER}`, 'gi');
/** A member of JSON, a line of a log or file, or a part of a URL. Code that begins with an empty variable has spaces there. */
const NAME_BEFORE = /(?<![\w-])([\w-]{4,40})(?:=|\\?["']\s{0,3}:\s{0,3}|:[ \t])\\?["']?$/;
const MAX_BEFORE = 60;
const NOTHING_BEHIND_BEARER =
  /authorization\\?["']?[ \t]{0,3}[:=][ \t]{0,3}\\?["']?bearer[ \t]{0,10}(?:[\r\n]|$|\\?["'](?=\s{0,5}(?:[,}\]]|\\n|$)))/i;
const NOTHING_BEHIND_NAME =
  /^(?:export[ \t]|set[ \t]|-[ \t])?[ \t]{0,20}([\w-]{4,40})=["']{0,2}\r?$/gim;

/** What a longer text has instead of a token: an empty variable, a variable name, or a mask. Null otherwise. */
export function emptySlotIn(text: string): Instead | null {
  for (const { 1: found = '', index } of text.matchAll(BEHIND_BEARER)) {
    if (!isTemplate(text, index)) return placeholderIn(found);
  }
  // Rare marks first: searching for names would mean looking back from each character.
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
