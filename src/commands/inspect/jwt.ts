import { parseJson } from '../../core/parse-json';

type Json = Readonly<Record<string, unknown>>;

/** The header and the claims of a JWT. They are not verified. The times are in ISO 8601, or null if missing. */
export interface Jwt {
  readonly header: Json;
  readonly claims: Json;
  readonly expires_at: string | null;
  readonly issued_at: string | null;
  readonly not_before: string | null;
}

/**
 * Reads a JWT. Returns null if the token is not a JWT.
 * https://datatracker.ietf.org/doc/html/rfc7519
 */
export function readJwt(token: string): Jwt | null {
  const parts = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/.exec(token);
  const [header, claims] = [parts?.[1], parts?.[2]].map((part) => objectIn(part ?? ''));
  if (!header || !claims) return null;
  return {
    header,
    claims,
    expires_at: momentIn(claims, 'exp'),
    issued_at: momentIn(claims, 'iat'),
    not_before: momentIn(claims, 'nbf'),
  };
}

/** Returns all strings in a value, including the names of members. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [
    ...(Array.isArray(value) ? [] : Object.keys(value)),
    ...Object.values(value).flatMap(textsIn),
  ];
}

function objectIn(base64: string): Json | null {
  try {
    const value = parseJson(Buffer.from(base64, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Json)
      : null;
  } catch {
    return null;
  }
}

/** The last second of the year 9999, in seconds since 1970. */
const LAST_S = 253_402_300_799;

/** Whether a claim is a time in milliseconds. This is a common mistake: a JWT must use seconds. */
export function isInMilliseconds(claim: unknown): boolean {
  return typeof claim === 'number' && claim > LAST_S && claim <= LAST_S * 1000;
}

/** Returns the time in a claim, in ISO 8601. Returns null if the claim is not a number of seconds since 1970. */
function momentIn(claims: Json, name: string): string | null {
  const seconds = Object.hasOwn(claims, name) ? claims[name] : null;
  if (typeof seconds !== 'number' || Math.abs(seconds) > LAST_S) return null;
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
