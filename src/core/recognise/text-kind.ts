import { parseJson } from '../parse-json';
import { isToken } from '../token';
import type { Cause } from './clean';
import { isOthersSecret } from './forms';

/**
 * Texts that programs write instead of a token. Each entry contains a pattern, the code of the cause, and words that complete the
 * sentence "It is ...".
 */
const PLACEHOLDERS: readonly (readonly [RegExp, code: string, words: string])[] = [
  [
    /^\[object \w+\]$/i,
    'object_as_text',
    'a text that programs write if a variable is empty or holds an object',
  ],
  [
    /^(undefined|null|none|nil|nan|true|false)$/i,
    'empty_variable',
    'a text that programs write if a variable is empty',
  ],
  [
    /^\*+(redacted\*+)?$|^[[<(]?(?:redacted|masked|filtered|hidden)[\])>]?$|^[\u2022\u25cf]+$|^x{6,}$/i,
    'masked',
    'the text that a log shows instead of a secret',
  ],
  [
    /^[[<{]?your[_-]?[a-z_-]*(?:token|key|jwt|secret)[a-z_-]*[\]>}]?$/i,
    'placeholder',
    'the placeholder of an example, not replaced by a token',
  ],
  [/^\$\(.*\)$|^`.*`$/, 'command_not_run', 'a command instead of its output'],
  [
    /^(\$\{?\w+\}?|\$env:\w+|%\w+%|\$?\{\{.*\}\}|<[\w -]{1,40}>|(?:process\.env|import\.meta\.env|os\.environ)[.\w["'\]]+)$/i,
    'variable_name',
    'the name of a variable that was not replaced by its value',
  ],
  [/^[A-Z]+(?:_[A-Z]+)+$/, 'variable_name', 'the name of a variable instead of its value'],
  [/^bearer:?$/i, 'nothing_behind_bearer', 'the word "Bearer" with nothing after it'],
];

const STATUS_TEXT =
  /^(?:HTTP\/[\d.]+ )?[1-5]\d\d(?: [A-Za-z -]{2,40})?$|^(?:unauthorized|forbidden|not found|bad request|internal server error|too many requests|ok|error)\.?$/i;

/** What a text is instead of a token. */
export interface TextKind {
  /** What the text is, for example `it is an HTML page`. */
  readonly words: string;
  /** The fault to report to the user. Null if the text is not a token at all, such as an HTML page: then only `words` is shown. */
  readonly cause: Cause | null;
  /** Whether the kind of text is known. If false, `words` says only why the text cannot be a token. */
  readonly isNamed: boolean;
  /**
   * Whether the text is a single word whose characters occur in tokens of other services. If a person gives only this word, the
   * person may mean it as a token.
   */
  readonly isOneWord?: boolean;
}

/** Recognises the texts in `PLACEHOLDERS`. Null for any other text. */
export function placeholderIn(text: string): TextKind | null {
  if (text.length > 200) return null;
  const found = PLACEHOLDERS.find(([pattern]) => pattern.test(text));
  if (!found) return null;
  const [, code, words] = found;
  return { words: `it is ${words}`, cause: { code, message: `It is ${words}.` }, isNamed: true };
}

/** Returns what the text is instead of a token. Null if the text may be a token. */
export function textKindOf(text: string): TextKind | null {
  const say = (words: string): TextKind => ({ words, cause: null, isNamed: true });
  const sayOther = (words: string): TextKind => ({ words, cause: null, isNamed: false });
  if (text === '') return say('it contains no text');
  const placeholder = placeholderIn(text);
  if (placeholder) return placeholder;
  const short = text.length <= 200 ? text : '';
  if (STATUS_TEXT.test(short)) return say('it is the status of an HTTP answer');
  const kind = kindOf(text);
  if (kind !== null) return say(`it is ${kind}`);
  if (isOthersSecret(text)) return say('it begins like a secret of another service');
  if (isPlainWord(text) && isToken(text)) return null;
  if (/\s/.test(text)) return sayOther('it is several words or lines, and a token is one word');
  if (/[^\x21-\x7e]/.test(text)) return sayOther('it contains characters that a token never has');
  if (!isToken(text)) return sayOther('it is longer than any token');
  if (/^[{[<]|^["'`]/.test(text))
    return sayOther('it is a part of a JSON document, a web page or a program');
  if (/^[\w.-]+[=:]/.test(text)) return sayOther('it sets a variable, but not one for auth tokens');
  if (/\$[({]|\{\{/.test(text)) return sayOther('it contains the name of a variable');
  return {
    ...sayOther('it contains characters that are unusual in a token'),
    isOneWord: true,
  };
}

/** Whether the text has only letters, digits, and the punctuation that is usual in tokens. */
export const isPlainWord = (text: string) => /^[A-Za-z0-9._~+/-]+={0,2}$/.test(text);

function kindOf(text: string): string | null {
  const start = text.slice(0, 2000);
  if (/<!doctype html|<html|<head|<body/i.test(start)) return 'an HTML page';
  if (/^<\?xml|^<[a-z][\w:-]*[\s>][\s\S]*<\//i.test(start)) return 'an XML document';
  if (/^[[{]/.test(text)) return kindOfJson(text);
  if (/^HTTP\/[\d.]+ \d{3}/.test(start)) return 'an HTTP answer';
  if (/^-----BEGIN [A-Z ]{3,30}-----/.test(start)) return 'a key or certificate in PEM';
  if (/^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-\w+) /.test(start)) return 'an SSH key';
  if (/^[\w.+-]{1,64}@[\w.-]{1,255}$/.test(start)) return 'an e-mail address';
  if (/^(?:from|to|subject|date|received|return-path|message-id): ?\S/im.test(start))
    return 'an e-mail';
  if (/^(?:hi|hello|hey|dear|hallo|good (?:morning|day))\b[^\n]{0,60}\n/i.test(start))
    return 'an e-mail';
  if (/^[a-z][a-z0-9+.-]{0,30}:\/\/\S+$/i.test(start)) return 'a URL without a token in it';
  if (/^\s*at .{1,200}:\d+:\d+\)?$/m.test(start)) return 'an error with its stack trace';
  return null;
}

function kindOfJson(text: string): string | null {
  try {
    const value = Object(parseJson(text));
    const isError = ['error', 'errors', 'message', 'code'].some((name) =>
      Object.hasOwn(value, name),
    );
    const isFailed = ['error', 'fail', 'failed'].includes(String(value['status']).toLowerCase());
    return isError || isFailed ? 'a JSON error' : 'a JSON document without a token in it';
  } catch {
    return null;
  }
}
