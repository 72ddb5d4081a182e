import { markupNameBefore } from './marks';
import { isKeyName, isTokenName } from './names';
import { isNameAt } from './scan';

/** How a word was recognised as a token or an API key: usually by the kind of text around it. */
export type Frame =
  | 'alone'
  | 'bearer'
  | 'header'
  | 'variable'
  | 'url'
  | 'option'
  | 'ledger'
  /** The word is an API key, so it is never a candidate for a token. */
  | 'api_key';

export interface FoundFrame {
  readonly frame: Frame;
  /** What is wrong in the text around the word. `FAULTS` in faults.ts explains each value. */
  readonly fault?:
    | 'missing_bearer'
    | 'other_scheme'
    | 'bearer_twice'
    | 'bearer_colon'
    | 'quotes'
    | 'json';
}

const HEADER = /^authorization$/i;
const FOR_PROXY = /^proxy-authorization$/i;
/**
 * Contains the last character of each name that can identify a token or a key. A name that ends with any other character needs no
 * further checks.
 */
const LAST_LETTERS = 'rnthyeag_-';
const MAX_GLUE = 60;
const MAX_NAME = 64;
const WINDOW = 160;

const isGlue = (character: string) =>
  ' \t\r\n"\'`\\:=>(,{[]+\u2018\u2019\u201c\u201d'.includes(character);

interface Before {
  readonly name: string;
  readonly glue: string;
  readonly nameAt: number;
}

/** Returns the name before a position, and the text between the name and the position. */
function nameBefore(text: string, at: number): Before {
  let glueAt = at;
  // A string of Objective-C begins with `@"`.
  const isAt = () => text.charAt(glueAt - 1) === '@' && text.charAt(glueAt) === '"';
  while (glueAt > 0 && at - glueAt < MAX_GLUE && (isGlue(text.charAt(glueAt - 1)) || isAt())) {
    glueAt -= 1;
  }
  let nameAt = glueAt;
  while (nameAt > 0 && glueAt - nameAt < MAX_NAME && isNameAt(text, nameAt - 1)) nameAt -= 1;
  // In `\nAuthorization`, the `n` is a part of the escape sequence, not of the name.
  if (text.charAt(nameAt - 1) === '\\' && /[nrt]/.test(text.charAt(nameAt))) nameAt += 1;
  return { name: text.slice(nameAt, glueAt), glue: text.slice(glueAt, at), nameAt };
}

/**
 * Two patterns for HAR files, Postman and Kubernetes, where a name and its value are separate members. `NAMED_BEFORE` is for a
 * name before the value, `NAMED_BEHIND` for a name after the value.
 */
const NAMED_BEFORE =
  /(?:\\?"(?:name|key)\\?"\s*:\s*\\?"([\w-]+)\\?"\s*,\s*\\?"?|\bname:[ \t]*["']?([\w-]+)["']?\s*)$/i;
const NAMED_BEHIND = /^\\?"\s*,\s*\\?"(?:name|key)\\?"\s*:\s*\\?"authorization\\?"/i;
/** Matches the name of the header after its value, in Swift and Objective-C. */
const FIELD_BEHIND = /^["']\s*,?\s*forHTTPHeaderField\s*:\s*@?"authorization"/i;
/** Matches the text between a name and a value that are arguments of a call: `setItem("token", "...")`. */
const ARGUMENT = /^\\?["'`]\s*,\s*\\?["'`]$/;
/** Schemes that other services use instead of `Bearer`. */
const OTHER_SCHEMES = /^(?:token|jwt|oauth)$/;
/** Matches the beginning of a header whose value is a JSON document. */
const JSON_IN_HEADER =
  /\bauthorization\\?["'`]?\s*[:=,][\s\\"'`]*(?:bearer\s+)?[\s\\"'`]*\{[^{}]{0,120}$/i;
const SETTING = /(?:\bset\s+-\w+|\bsetenv|\bsetx(?:\s+\/m)?|\bset -x -g|\bset -g -x)\s+$/i;

const missing: FoundFrame = { frame: 'header', fault: 'missing_bearer' };

/**
 * Returns what the text around the word from `at` to `end` shows, for example that the word follows `Bearer`. Null if nothing
 * around the word shows that it is a token or a key. Reads only the characters near the word, so that long texts are fast.
 */
export function frameOf(text: string, at: number, end: number): FoundFrame | null {
  const { name, glue, nameAt } = nameBefore(text, at);
  const lower = name.toLowerCase();
  const behind = () => text.slice(end, end + WINDOW);
  const before = () => text.slice(Math.max(0, nameAt - WINDOW), nameAt);
  if (glue !== '' && LAST_LETTERS.includes(lower.charAt(lower.length - 1))) {
    if (lower === 'bearer') {
      // A `Proxy-Authorization` header is for the proxy, not for the service.
      if (FOR_PROXY.test(nameBefore(text, nameAt).name)) return null;
      return { frame: 'bearer', ...faultOfBearer(text, nameAt, glue, end) };
    }
    // PowerShell: `$token = ConvertTo-SecureString "..."`.
    if (lower === 'convertto-securestring' && isTokenName(nameBefore(text, nameAt).name)) {
      return { frame: 'variable' };
    }
    if (/^bearer_?auth$/.test(lower)) return { frame: 'bearer' };
    if (OTHER_SCHEMES.test(lower) && /^\s+$/.test(glue) && isBehindHeader(text, nameAt))
      return { frame: 'header', fault: 'other_scheme' };
    if (HEADER.test(lower) && /[:=,]/.test(glue)) return missing;
    if (lower === 'value' && /[:=]/.test(glue)) {
      const [, quoted, bare] = NAMED_BEFORE.exec(before()) ?? [];
      const named = quoted ?? bare ?? '';
      if (HEADER.test(named)) return missing;
      if (isKeyName(named)) return { frame: 'api_key' };
      if (isTokenName(named)) return { frame: 'variable' };
      if (NAMED_BEHIND.test(behind())) return missing;
    }
    if (/[:=]/.test(glue)) {
      if (isKeyName(name)) return { frame: 'api_key' };
      if (isTokenName(name)) {
        if (glue.includes(':') && JSON_IN_HEADER.test(before())) {
          return { frame: 'variable', fault: 'json' };
        }
        return {
          frame: /[?&#]/.test(text.charAt(nameAt - 1)) && glue === '=' ? 'url' : 'variable',
        };
      }
      if (lower === 'data' && /["']\s*:/.test(glue)) return { frame: 'variable' };
    } else if (isTokenName(name) && isElementOrArgument(text, nameAt, glue)) {
      return { frame: 'variable' };
    } else if (/^\s+["']?$/.test(glue)) {
      if (/^--(?:oauth2-bearer|token|auth-token|access-token)$/.test(name))
        return { frame: 'option' };
      if (/^(?:-a|--auth)$/.test(name) && /(?:-A|--auth-type)[ =]bearer\s+$/.test(before())) {
        return { frame: 'option' };
      }
      if (isTokenName(name) && SETTING.test(before())) return { frame: 'variable' };
    }
  }
  const mark = markupNameBefore(text, at);
  if (isKeyName(mark)) return { frame: 'api_key' };
  if (isTokenName(mark)) return { frame: 'variable' };
  const isInQuotes = /["']/.test(text.charAt(end));
  return isInQuotes && FIELD_BEHIND.test(behind()) ? missing : null;
}

const isBehindHeader = (text: string, at: number) => HEADER.test(nameBefore(text, at).name);

function faultOfBearer(
  text: string,
  at: number,
  glue: string,
  end: number,
): Pick<FoundFrame, 'fault'> | null {
  if (nameBefore(text, at).name.toLowerCase() === 'bearer') return { fault: 'bearer_twice' };
  if (/^\s*:/.test(glue) && isBehindHeader(text, at)) return { fault: 'bearer_colon' };
  const [, quote] = /^\s+(\\?["'])$/.exec(glue) ?? [];
  return quote !== undefined && text.startsWith(quote, end) ? { fault: 'quotes' } : null;
}

/**
 * Whether a name belongs to the value after it, because the name is the XML element around the value, as in `<token>abc</token>`,
 * or the argument before the value, as in `setItem("token", "abc")`.
 */
function isElementOrArgument(text: string, nameAt: number, glue: string): boolean {
  const before = text.charAt(nameAt - 1);
  if (glue === '>') return before === '<';
  return ARGUMENT.test(glue) && /["'`]/.test(before) && /[(\\]/.test(text.charAt(nameAt - 2));
}
