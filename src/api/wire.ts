import type { CliError } from '../core/errors';
import { overLimit, parseJson } from '../core/parse-json';
import { type Secret, secret } from '../core/secret';
import { base64Cores } from '../core/secret-forms';
import { isToken } from '../core/token';
import { MIN_SECRET_LENGTH } from '../core/withhold';
import { invalidResponse, responseTooLarge } from '../network/answer-errors';

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The maximum size of an answer with a list, in bytes. Such an answer can contain 100 000 values, the maximum of `parseJson`,
 * and fits into the memory of a small container.
 */
export const MAX_LIST_BYTES = 4 * 1024 * 1024;

/**
 * Parses a text that is a JSON object. Returns null for any other text, and for JSON with too many values or too deep nesting.
 * The error of JSON.parse is dropped, because this error quotes the text.
 */
export function parseObject(text: string): Json | null {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * Returns the error for a text that is not a JSON object.
 * @param what names the text in the error message, such as `a message of the session`
 */
export function notAnObject(text: string, host: string, what: string): CliError {
  const excess = overLimit(text);
  if (excess === 'many') return responseTooLarge(host);
  return invalidResponse(host, `${what} is ${excess ? 'too deeply nested' : 'not a JSON object'}.`);
}

export function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Reads the token in an answer of generate-token: a string at `data`, `data.token`, `data.data` or `token`.
 * @throws CliError `invalid_response`, without the answer, if the token is missing or malformed
 */
export function readToken(answer: Json, host: string): Secret {
  const data = isObject(answer['data']) ? answer['data'] : {};
  const found = [answer['data'], data['token'], data['data'], answer['token']].find(
    (each) => typeof each === 'string',
  );
  if (typeof found !== 'string') throw invalidResponse(host, 'the answer has no auth token.');
  if (!isToken(found)) {
    throw invalidResponse(host, 'the auth token in the answer has an invalid form.');
  }
  return secret(found);
}

/**
 * Rejects a token that contains the API key, because clients would receive the key. Finds the key as plain text, in hex, and
 * inside text encoded in base64 or base64url, such as the payload of a JWT.
 * @throws CliError `invalid_response`
 */
export function requireNoKeyIn(token: Secret, key: Secret, host: string): void {
  // A very short key could be in a token by chance.
  if (key.reveal().length < MIN_SECRET_LENGTH) return;
  const text = token.reveal();
  const hasBase64 = base64Cores(Buffer.from(key.reveal())).some((core) =>
    text.replaceAll('-', '+').replaceAll('_', '/').includes(core),
  );
  const hex = Buffer.from(key.reveal()).toString('hex');
  if (!hasBase64 && !text.includes(key.reveal()) && !text.toLowerCase().includes(hex)) return;
  throw invalidResponse(host, 'the auth token in the answer contains the API key.');
}

/**
 * Returns the list in an answer.
 * @throws CliError `invalid_response` if `data` is not a list
 */
export function readList(answer: Json, host: string): readonly unknown[] {
  const { data } = answer;
  if (!Array.isArray(data))
    throw invalidResponse(host, 'the answer has no list of transcriptions.');
  return data;
}
