import type { Secret } from '../../core/secret';

const MAX_LENGTH = 200;
const WITHHELD = '(withheld: the path may contain a key or a token)';
const UUID = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/gi;
/** Keys and tokens have at least 32 of these characters in a row. The parts of a path of the service are shorter. */
const CREDENTIAL = /[\w.~+=-]{32,}/;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Creates a function that returns the path of an unknown call as the log shows it. A path that may contain a key or a token by
 * mistake is not shown.
 */
export function createShownPath(apiKey: Secret): (path: string) => string {
  const bytes = Buffer.from(apiKey.reveal());
  const [base64, base64url] = (['base64', 'base64url'] as const).map((encoding) =>
    // The key may have been encoded together with text after it. The last Base64 character of the key depends on that text, so
    // this character is not compared.
    bytes.toString(encoding).replace(/=+$/, '').slice(0, -1),
  );
  const forms = [apiKey.reveal(), bytes.toString('hex'), base64, base64url].map((form) =>
    String(form).toLowerCase(),
  );
  const isSuspect = (text: string) =>
    forms.some((form) => text.toLowerCase().includes(form)) ||
    CREDENTIAL.test(text.replace(UUID, ''));
  return (path) => {
    // A client can send an absolute URL instead of a path. The URL can contain a password, so it is not shown.
    if (!path.startsWith('/')) return '-';
    // Only the beginning of the path is checked, so that the check takes little time.
    const shown = path.length > MAX_LENGTH ? `${path.slice(0, MAX_LENGTH)}...` : path;
    const judged = path.slice(0, 2 * MAX_LENGTH);
    return isSuspect(judged) || isSuspect(decoded(judged)) ? WITHHELD : shown;
  };
}
