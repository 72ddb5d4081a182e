import { invalid } from '../core/named-options';
import { isOrigin } from '../endpoint/origin-policy';

function isListOf(value: unknown, isOne: (text: string) => boolean): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && isOne(one));
}

/**
 * Checks the option `allowOrigins`, a list of origins.
 * @throws CliError `invalid_value`
 */
export function readOrigins(origins: unknown = []): readonly string[] {
  if (isListOf(origins, isOrigin)) return [...origins];
  throw invalid(
    'The option allowOrigins must be a list of origins as browsers send them: https://host, https://host:port or capacitor://localhost.',
  );
}

/**
 * Checks the option `allowHeaders`, a list of header names.
 * @returns the header names in lower case
 * @throws CliError `invalid_value`
 */
export function readHeaders(headers: unknown = []): readonly string[] {
  const isName = (text: string) => text !== '*' && /^[\w!#$%&'*+.^`|~-]+$/.test(text);
  if (isListOf(headers, isName)) return headers.map((name) => name.toLowerCase());
  throw invalid('The option allowHeaders must be a list of header names, such as X-CSRF-Token.');
}
