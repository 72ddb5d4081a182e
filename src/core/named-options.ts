import { CliError } from './errors';
import { nearest } from './nearest';

export const invalid = (message: string): CliError => new CliError('invalid_value', message);

/** Names of options of `createClient` that callers sometimes pass to `mintToken` by mistake. */
const OF_CLIENT = ['maxRetries', 'log'];

/**
 * Names of options of the library. If a caller passes one of them to a function that does not have this option, the error message
 * may contain the name. Reason: these names are fixed words, so they cannot be a secret that was passed by mistake.
 */
const OF_OTHERS = ['apiKey', 'apiServer', 'token', 'access', 'lifetimeS', 'oneTime', 'mode', 'log'];

/**
 * Rejects unknown options, because not all callers use TypeScript.
 * @param names the names of all known options
 * @param of the name of the function, for the error message
 * @throws CliError `invalid_value`. The message names an option only if its name is known or similar to a known name. Any other
 * name may be a secret.
 */
export function requireNames(options: unknown, names: readonly string[], of: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(`The options of ${of} are missing: they must be an object.`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (names.includes(name) || value === undefined) continue;
    if (OF_CLIENT.includes(name) && of.startsWith('mintToken')) {
      throw invalid(
        `${of} has no option ${name}. Pass ${name} to createClient: it applies to all calls of the client.`,
      );
    }
    if (OF_OTHERS.includes(name)) throw invalid(`${of} has no option ${name}.`);
    const near = nearest(name, names);
    throw near === null
      ? invalid(`${of} has no such option. Its options are: ${names.join(', ')}.`)
      : invalid(`${of} has no option ${name}. Did you mean ${near}?`);
  }
}

/** Throws CliError `invalid_value` if the value is not a whole number from `least` to `most`. */
export function requireWhole(name: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return;
  throw invalid(`The option ${name} must be a whole number from ${least} to ${most}.`);
}

const TYPES = {
  boolean: 'true or false',
  string: 'a string',
  function: 'a function',
} as const;

/** Throws CliError `invalid_value` if the value is set and its type is not `type`. */
export function requireType(name: string, value: unknown, type: keyof typeof TYPES): void {
  if (value === undefined || typeof value === type) return;
  throw invalid(`The option ${name} must be ${TYPES[type]}.`);
}

/** Throws CliError `invalid_value` if the value is missing or is not a function. */
export function requireFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw invalid(`The option ${name} must be a function.`);
}

/** Throws CliError `invalid_value` if the value is set and is not an array of strings. */
export function requireTexts(name: string, value: unknown): void {
  if (value === undefined) return;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return;
  throw invalid(`The option ${name} must be an array of strings.`);
}

/**
 * Returns the text of an option that is a string or a `URL` object. The object may be of another JavaScript realm.
 * @throws CliError `invalid_value`
 */
export function urlText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  const { href } = (value ?? {}) as { readonly href?: unknown };
  if (typeof value === 'object' && typeof href === 'string') return href;
  throw invalid(`The option ${name} must be a string or a URL.`);
}
