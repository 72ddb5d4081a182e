import { isKeyName, isTokenName } from './names';

/** Where a word stands that is taken for a token. */
export type Frame =
  | 'alone'
  | 'bearer'
  | 'header'
  | 'variable'
  | 'url'
  | 'option'
  | 'ledger'
  /** Of no token: an API key is never a candidate. */
  | 'api_key';

/** What stands around a word. */
export interface Framing {
  readonly frame: Frame;
  /** `Bearer` is missing, or stands there twice. */
  readonly fault?: 'missing_bearer' | 'bearer_twice';
}

const MAX_GLUE = 60;
const MAX_NAME = 64;
const WINDOW = 160;

const isGlue = (character: string) =>
  ' \t\r\n"\'`\\:=>(,{[+\u2018\u2019\u201c\u201d'.includes(character);
const isNamePart = (character: string) => /[\w-]/.test(character);

interface Before {
  readonly name: string;
  readonly glue: string;
  readonly nameAt: number;
}

/** The name that stands before a place, and what is between. */
function nameBefore(text: string, at: number): Before {
  let glueAt = at;
  while (glueAt > 0 && at - glueAt < MAX_GLUE && isGlue(text.charAt(glueAt - 1))) glueAt -= 1;
  let nameAt = glueAt;
  while (nameAt > 0 && glueAt - nameAt < MAX_NAME && isNamePart(text.charAt(nameAt - 1)))
    nameAt -= 1;
  // The letter of an escape, as in `\nAuthorization`.
  if (text.charAt(nameAt - 1) === '\\' && /[nrt]/.test(text.charAt(nameAt))) nameAt += 1;
  return { name: text.slice(nameAt, glueAt), glue: text.slice(glueAt, at), nameAt };
}

const NAMED_BEFORE =
  /\\?"(?:name|key)\\?"\s*:\s*\\?"(authorization|token|access_?token|auth_?token)\\?"\s*,\s*\\?"?$/i;
const NAMED_BEHIND = /^\\?"\s*,\s*\\?"(?:name|key)\\?"\s*:\s*\\?"authorization\\?"/i;
/** As Swift writes it. */
const FIELD_BEHIND = /^["']\s*,\s*forHTTPHeaderField\s*:\s*"authorization"/i;
const SETTING = /(?:\bset\s+-\w+|\bsetenv|\bset -x -g|\bset -g -x)\s+$/i;

const missing: Framing = { frame: 'header', fault: 'missing_bearer' };

/** What stands around the word from `at` to `end`; null for nothing that tells what it is. Looks at a few characters only. */
export function frameOf(text: string, at: number, end: number): Framing | null {
  const { name, glue, nameAt } = nameBefore(text, at);
  const lower = name.toLowerCase();
  const behind = () => text.slice(end, end + WINDOW);
  const before = () => text.slice(Math.max(0, nameAt - WINDOW), nameAt);
  if (glue !== '') {
    if (lower === 'bearer') {
      const isTwice = nameBefore(text, nameAt).name.toLowerCase() === 'bearer';
      return { frame: 'bearer', ...(isTwice && { fault: 'bearer_twice' }) };
    }
    if (/^authorization$/.test(lower) && /[:=,]/.test(glue)) return missing;
    if (lower === 'value' && /[:=]/.test(glue)) {
      const [, named = ''] = NAMED_BEFORE.exec(before()) ?? [];
      if (named !== '')
        return /^auth.*n$/i.test(named) && !isTokenName(named) ? missing : { frame: 'variable' };
      if (NAMED_BEHIND.test(behind())) return missing;
    }
    if (/[:=]/.test(glue)) {
      if (isKeyName(name)) return { frame: 'api_key' };
      if (isTokenName(name)) {
        return {
          frame: /[?&#]/.test(text.charAt(nameAt - 1)) && glue === '=' ? 'url' : 'variable',
        };
      }
      if (lower === 'data' && /["']\s*:/.test(glue)) return { frame: 'variable' };
    } else if (/^\s+["']?$/.test(glue)) {
      if (/^--(?:oauth2-bearer|token|auth-token|access-token)$/.test(name))
        return { frame: 'option' };
      if (/^(?:-a|--auth)$/.test(name) && /(?:-A|--auth-type)[ =]bearer\s+$/.test(before())) {
        return { frame: 'option' };
      }
      if (isTokenName(name) && SETTING.test(before())) return { frame: 'variable' };
    }
  }
  return FIELD_BEHIND.test(behind()) ? missing : null;
}
