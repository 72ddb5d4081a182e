import { parseJson } from '../parse-json';
import { trimEnds } from './ends';
import { isKeyName, isTokenName } from './names';
import { textKindOf } from './text-kind';

/** The API key in a text, or the reason why the text contains no key. */
export type GivenKey =
  | {
      readonly word: string;
      /** Names of the texts that were removed around the key, for a note to the user. White space and quotes are not listed. */
      readonly removed: readonly string[];
      readonly why?: never;
    }
  | {
      /** Why the text contains no key, as a clause such as `it is an HTML page`. */
      readonly why: string;
      readonly hint?: string | undefined;
      readonly word?: never;
    };

const QUOTED = /^(["'`])(.*)\1$/s;
/** Matches a header, or an assignment in a POSIX shell, fish, PowerShell, cmd or YAML. */
const ASSIGNED =
  /^(?:export\s+|set\s+(?:-\w+\s+)*|\$env:|-\s+)?["']?([a-z_][\w-]*)["']?(?:\s*[=:]\s*|\s+(?=\S+$))(.*)$/is;
export const NAME_HINT =
  'Pass the value of the variable instead of its name. A shell replaces the name in double quotes, but not in single quotes: write "$NAME", not \'$NAME\'.';
const TOKEN = 'the name before the value shows that the value is an auth token, not an API key';

/**
 * Reads the API key from a text that a person gave as a key. Removes white space, quotes, `Bearer` and the name of the variable.
 * From a JSON document or a file of variables, reads the only key. Rejects other texts, such as placeholders and HTML pages. Does
 * not check the characters of the key: the caller must check them.
 */
export function keyIn(given: string): GivenKey {
  const { text, removed } = trimEnds(given);
  const told = new Set(removed);
  let rest = text;
  for (let depth = 0; depth < 20; depth += 1) {
    const inner = stripOneLayer(rest, told);
    if (inner === TOKEN) return { why: TOKEN };
    if (inner === null) break;
    rest = inner.trim();
  }
  const instead = rest === '' ? null : textKindOf(rest);
  if (!instead?.isNamed) return { word: rest, removed: [...told] };
  const hint = instead.cause?.code === 'variable_name' ? NAME_HINT : undefined;
  return { why: instead.words.replace(/\btoken\b/, 'key'), hint };
}

/** Removes one layer around the key, such as quotes or `Bearer`. Null if there is no layer. */
function stripOneLayer(text: string, told: Set<string>): string | null {
  const [, , quoted] = QUOTED.exec(text) ?? [];
  if (quoted !== undefined && text.length > 1) return quoted;
  const [bearer] = /^bearer\s+(?=\S)/i.exec(text) ?? [];
  if (bearer !== undefined) {
    told.add('"Bearer"');
    return text.slice(bearer.length);
  }
  const [header] = /^authorization\s*:\s*(?=\S)/i.exec(text) ?? [];
  if (header !== undefined) {
    told.add('"Authorization:"');
    return text.slice(header.length);
  }
  if (/^[{[]/.test(text)) return memberOf(text, told);
  if (/[\r\n]/.test(text)) return lineOf(text, told);
  const [, name = '', value = ''] = ASSIGNED.exec(text) ?? [];
  if (isTokenName(name) && value !== '') return TOKEN;
  if (!isKeyName(name)) return null;
  told.add('the name of the variable');
  // Remove a comment after the value, as in files of variables. A `#` after white space begins a comment, because a key contains
  // no white space.
  return value.replace(/;$/, '').replace(/\s+#.*$/, '');
}

/**
 * Returns the line with the key in a file of variables such as `.env`. Ignores empty lines and comments. If only one line is
 * left, returns this line. If several lines are left and all of them set variables, returns the only line that sets an API key.
 * Otherwise returns null.
 */
function lineOf(text: string, told: Set<string>): string | null {
  const lines = text.split(/[\r\n]+/).filter((line) => !/^\s*(?:#.*)?$/.test(line));
  const named = lines.map((line) => ASSIGNED.exec(line.trim()));
  if (lines.length > 1 && named.some((found) => found === null)) return null;
  const keys = named.filter((found) => isKeyName(found?.[1] ?? ''));
  const [only, second] = keys.length > 0 ? keys : lines.length === 1 ? [[lines[0]]] : [];
  if (only?.[0] === undefined || second) return null;
  told.add('other lines');
  return only[0];
}

/**
 * Returns the key in a JSON document, such as the output of the sandbox, if exactly one member has the name of a key. If no
 * member has the name of a key, but a member has the name of a token, returns `TOKEN`, a text that tells the user why there is no
 * key. Otherwise returns null.
 */
function memberOf(text: string, told: Set<string>): string | null {
  try {
    const members = Object.entries(Object(parseJson(text)));
    const [only, second] = members.filter(([name]) => isKeyName(name));
    if (!only && members.some(([name]) => isTokenName(name))) return TOKEN;
    if (typeof only?.[1] !== 'string' || second) return null;
    told.add('a JSON document');
    return only[1];
  } catch {
    return null;
  }
}
