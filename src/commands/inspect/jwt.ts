import { parseJson } from '../../core/parse-json';

type Json = Readonly<Record<string, unknown>>;

/** What a token of the shape of a JWT says of itself, which nobody verified. The times are ISO 8601; null where there is none. */
export interface Jwt {
  readonly header: Json;
  readonly claims: Json;
  readonly expires_at: string | null;
  readonly issued_at: string | null;
  readonly not_before: string | null;
}

/** Null for what has another shape. https://datatracker.ietf.org/doc/html/rfc7519 */
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

/** All texts in a value, the names of members among them. */
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

/** What has so many digits is a moment after the year 9999 when it is in seconds. */
const LAST_S = 253_402_300_799;

/** Whether a moment was written in milliseconds, as programs do that take those of their own clock. */
export function isInMilliseconds(claim: unknown): boolean {
  return typeof claim === 'number' && claim > LAST_S && claim <= LAST_S * 1000;
}

/** The moment that a claim has in seconds since 1970; null when it is none. */
function momentIn(claims: Json, name: string): string | null {
  const seconds = Object.hasOwn(claims, name) ? claims[name] : null;
  if (typeof seconds !== 'number' || Math.abs(seconds) > LAST_S) return null;
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
