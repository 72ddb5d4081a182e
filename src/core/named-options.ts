import { CliError } from './errors';
import { nearest } from './nearest';

export const invalid = (message: string): CliError => new CliError('invalid_value', message);

/** The options that a client uses for all of its calls. */
const OF_CLIENT = ['maxRetries', 'log'];

/** Options of other functions that callers often pass to this one. */
const OF_OTHERS = ['apiKey', 'apiServer', 'token', 'access', 'lifetimeS', 'oneTime', 'mode', 'log'];

/**
 * Rejects unknown options, for callers without types and for misspelt names.
 * @param names the names of all known options
 * @param of the function's name, for the error message
 * @throws CliError `invalid_value`, which quotes only known names: an unknown one may be a secret
 */
export function requireNames(options: unknown, names: readonly string[], of: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(`The options of ${of} are missing: it needs an object.`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (names.includes(name) || value === undefined) continue;
    if (OF_CLIENT.includes(name) && of.startsWith('mintToken')) {
      throw invalid(
        `${of} has no option ${name}. Use it with createClient, for all calls of the client.`,
      );
    }
    if (OF_OTHERS.includes(name)) throw invalid(`${of} has no option ${name}.`);
    const near = nearest(name, names);
    throw near === null
      ? invalid(`${of} has no such option. Its options are: ${names.join(', ')}.`)
      : invalid(`${of} has no option ${name}. Did you mean ${near}?`);
  }
}

/** @throws CliError `invalid_value` */
export function requireWhole(name: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return;
  throw invalid(`The option ${name} must be a whole number from ${least} to ${most}.`);
}

/** The types of options in words, for error messages. */
const TYPES = {
  boolean: 'true or false',
  string: 'a string',
  function: 'a function',
} as const;

/** @throws CliError `invalid_value` for a value of another type */
export function requireType(name: string, value: unknown, type: keyof typeof TYPES): void {
  if (value === undefined || typeof value === type) return;
  throw invalid(`The option ${name} must be ${TYPES[type]}.`);
}

/** @throws CliError `invalid_value` for a missing value, or one of another type */
export function requireFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw invalid(`The option ${name} must be a function.`);
}

/** @throws CliError `invalid_value` */
export function requireTexts(name: string, value: unknown): void {
  if (value === undefined) return;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return;
  throw invalid(`The option ${name} must be an array of strings.`);
}

/** The text of an option that also accepts a `URL`, even one of another realm. @throws CliError `invalid_value` */
export function urlText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  const { href } = (value ?? {}) as { readonly href?: unknown };
  if (typeof value === 'object' && typeof href === 'string') return href;
  throw invalid(`The option ${name} must be a string or a URL.`);
}
