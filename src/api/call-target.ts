import { CliError } from '../core/errors';
import { PATHS } from './protocol';

export const CALL_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type CallMethod = (typeof CALL_METHODS)[number];

/** Whether a call only reads data. Such a call needs only a readonly token, and repeating the call is safe (RFC 9110, 9.2). */
export const isReading = (method: CallMethod) => method === 'GET' || method === 'HEAD';

/** The path and query of a call, without the API server. Create it only with `parseCallTarget`. */
export interface CallTarget {
  readonly path: string;
  /** The query with its question mark. Empty if the call has no query. */
  readonly query: string;
}

/** Matches a Windows path. Git Bash converts an argument that begins with a slash to a Windows path. */
const DRIVE = /^[a-z]:[\\/]/i;
const SCHEME = /^[a-z][a-z\d+.-]*:/i;
/**
 * The characters that a path and its query may contain unencoded (RFC 3986, 3.3 and 3.4). Brackets are also accepted, because
 * people use them in queries.
 */
const CHARACTERS = /^[\w.~!$&'()*+,;=:@/?%[\]-]*$/;
/**
 * Characters that are not allowed in a segment of the path, even encoded. Reason: a server could split or cut the path at such a
 * character.
 */
const NOT_IN_A_PART = /[/\\\x00-\x1f\x7f]/;
const MAX_LENGTH = 4096;

/**
 * Parses the path and query that a user typed. Rejects a text that names a server. Also rejects the path of the call that mints
 * tokens.
 * @throws CliError `invalid_value`; the message quotes no part of the text
 */
export function parseCallTarget(text: string): CallTarget {
  const [beginning = ''] = text.split(/[?#]/);
  if (isMinting(beginning)) {
    throw new CliError('invalid_value', 'vstoken api does not mint tokens.', {
      hint: 'To mint a token: vstoken mint',
    });
  }
  requirePath(text);
  const at = text.indexOf('?');
  const [given, query] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
  const path = given.startsWith('/') ? given : `/${given}`;
  requireParts(path.slice(1).split('/'));
  return { path, query };
}

function requirePath(text: string): void {
  if (DRIVE.test(text)) {
    throw invalid(
      'is a Windows path, because Git Bash has changed it.',
      'Leave the first slash out: vstoken api transcriptions',
    );
  }
  if (SCHEME.test(text) || /^[\\/]{2}/.test(text)) {
    throw invalid(
      'contains a server, but must be only a path.',
      'Give only the path: vstoken api /transcriptions. Choose another server with --api-server.',
    );
  }
  if (text.includes('#')) throw invalid('contains #, but no text after # is sent to a server.');
  if (!CHARACTERS.test(text)) {
    throw invalid('has a character that a path cannot have. Percent-encode this character.');
  }
  if (/%(?![\da-f]{2})/i.test(text)) throw invalid('has a % without two hexadecimal digits.');
  if (text === '') throw invalid('is empty.');
  if (text.length > MAX_LENGTH) throw invalid(`has more than ${MAX_LENGTH} characters.`);
}

function requireParts(parts: readonly string[]): void {
  for (const [index, part] of parts.entries()) {
    const decoded = decode(part);
    if (part === '' && index < parts.length - 1) throw invalid('has two slashes in a row.');
    if (NOT_IN_A_PART.test(decoded)) {
      throw invalid('has an encoded slash, backslash or control character.');
    }
    // Some servers treat the text after a semicolon as a parameter of the path segment.
    if (/^\.{1,2}(;|$)/.test(decoded)) throw invalid('contains the part "." or the part "..".');
  }
}

function invalid(what: string, hint = 'Example: vstoken api /transcriptions'): CliError {
  return new CliError('invalid_value', `The path ${what}`, { hint });
}

/** Decodes %XX in a text until the text contains no %XX. Reason: the gateway and the server may each decode the path once. */
function decode(text: string): string {
  const decoded = text.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decoded === text ? text : decode(decoded);
}

/**
 * Whether a path could be the path of the call that mints tokens. Ignores punctuation, encoding, and upper or lower case. Reason:
 * servers may accept other spellings of that path.
 */
function isMinting(path: string): boolean {
  const [, last = ''] = /\/([^/]*)$/.exec(PATHS.generateToken) ?? [];
  const decoded = decode(path.slice(0, MAX_LENGTH));
  const readings = [decoded, Buffer.from(decoded, 'latin1').toString('utf8')];
  return readings.some((reading) => lettersOf(reading).includes(lettersOf(last)));
}

const lettersOf = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z\d]/g, '');

/**
 * Returns the URL of a call.
 * @param apiServer the result of `parseApiServer`
 */
export function urlOfCall({ path, query }: CallTarget, apiServer: string): URL {
  const url = new URL(`${path}${query}`, apiServer);
  if (url.origin !== apiServer || url.pathname !== path) {
    throw new Error('The URL has a different server or path than the call.');
  }
  return url;
}
