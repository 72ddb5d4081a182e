import { CliError, toCliError } from './errors';
import { isError } from './is-error';
import { loadWithhold, type SecretRegister } from './secret-register';
import { WITHHELD, type Withhold } from './withhold';

/** Maximum depth of nested causes to keep, and maximum number of errors to keep in an AggregateError. */
const MAX_ERRORS = 5;

/**
 * Members of Node.js errors that are kept. Each value must match the pattern of its member, so that the value contains no secret.
 */
const MEMBERS: Readonly<Record<string, RegExp>> = {
  code: /^[A-Z][A-Z0-9_]{1,80}$/,
  syscall: /^\w{1,30}$/,
  hostname: /^[\w.-]{1,253}$/,
  address: /^[\da-fA-F:.]{2,45}$/,
  port: /^\d{1,5}$/,
};

type Members = Readonly<Record<string, string | number>>;

function membersOf(thrown: object): Members {
  const found = Object.entries(MEMBERS).flatMap(([name, form]) => {
    const value: unknown = (thrown as Readonly<Record<string, unknown>>)[name];
    const isPlain = typeof value === 'string' || typeof value === 'number';
    return isPlain && form.test(String(value)) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}

/**
 * Returns a copy of a socket, DNS or TLS error that contains only the system call, the code and the address. These facts are in
 * members with the same names as in Node.js, and in the message. Undefined if neither the error nor an error in its `errors` has
 * a code.
 */
export function systemCause(thrown: unknown): Error | undefined {
  if (!isError(thrown)) return undefined;
  const members = membersOf(thrown);
  const errors = innerErrors(thrown).flatMap((error) => systemCause(error) ?? []);
  if (members['code'] === undefined && errors.length === 0) return undefined;
  const { syscall, code, hostname, address, port } = members;
  const place = address === undefined ? hostname : `${address}${port ? `:${port}` : ''}`;
  const text = [syscall, code, place].filter((part) => part !== undefined).join(' ');
  return Object.assign(new Error(text), members, errors.length > 0 && { errors });
}

function innerErrors(thrown: Error): readonly unknown[] {
  return 'errors' in thrown && Array.isArray(thrown.errors)
    ? thrown.errors.slice(0, MAX_ERRORS)
    : [];
}

/**
 * Returns a copy of an error that is safe to show. Each text that contains a secret is replaced by `WITHHELD`. Of the additional
 * members, only those in `MEMBERS` are copied. Our own errors (CliError) in the chain of causes are left out, because they repeat
 * the main error. Undefined if there is no other error in the chain.
 */
export function safeCause(thrown: unknown, withhold: Withhold, depth = 0): Error | undefined {
  if (!isError(thrown) || depth >= MAX_ERRORS) return undefined;
  const cause = safeCause(thrown.cause, withhold, depth + 1);
  if (thrown instanceof CliError) return cause;
  const message = isQuoting(thrown) ? WITHHELD : withhold(thrown.message);
  const errors = innerErrors(thrown).flatMap((each) => safeCause(each, withhold, depth + 1) ?? []);
  const copy = new Error(message, cause && { cause });
  const name = /^\w{1,60}$/.test(thrown.name) ? thrown.name : 'Error';
  const hidden = { writable: true, configurable: true, enumerable: false };
  Object.defineProperties(copy, {
    name: { value: name, ...hidden },
    stack: { value: [`${name}: ${message}`, ...framesOf(thrown, withhold)].join('\n'), ...hidden },
  });
  return Object.assign(copy, membersOf(thrown), errors.length > 0 && { errors });
}

/**
 * Converts a thrown value to a CliError with a cause that is safe to show.
 * @param secrets the secrets of the operation that failed
 */
export async function withSafeCause(thrown: unknown, secrets: SecretRegister): Promise<CliError> {
  const error = toCliError(thrown);
  if (error.cause === undefined) return error;
  const withhold = await loadWithhold(secrets).catch(() => () => WITHHELD);
  const { code, message, cause, ...details } = error;
  return new CliError(code, message, { ...details, cause: safeCause(cause, withhold) });
}

/**
 * Whether the message is from JSON.parse. Such a message quotes a few characters of the parsed text. These characters may be from
 * a secret, but are too few to be recognised as a part of it. So the message is never kept.
 */
function isQuoting(thrown: Error): boolean {
  return thrown.name === 'SyntaxError';
}

const FRAME = /^ {4}at [^\n]*$/;

function framesOf({ stack, message }: Error, withhold: Withhold): readonly string[] {
  const text = typeof stack === 'string' ? stack : '';
  // Skip the message, because it may contain lines that look like stack frames.
  const at = text.indexOf(message);
  return text
    .slice(at < 0 ? 0 : at + message.length)
    .split('\n')
    .filter((line) => FRAME.test(line) && withhold(line) === line);
}
