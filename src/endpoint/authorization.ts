import { ACCESS_VALUES, MAX_LIFETIME_S, MIN_LIFETIME_S, type TokenOptions } from '../core/token';

/** The permission of a caller to get tokens. */
export interface Authorization {
  /** The most that a token of this caller may allow: which access, how many seconds, and whether more than one use. */
  readonly ceiling: TokenOptions;
  readonly label: string | null;
}

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  access: (value) => ACCESS_VALUES.some((known) => known === value),
  lifetimeS: (value) =>
    Number.isInteger(value) && Number(value) >= MIN_LIFETIME_S && Number(value) <= MAX_LIFETIME_S,
  oneTime: (value) => typeof value === 'boolean',
  label: (value) => typeof value === 'string',
};

type Ceiling = Partial<TokenOptions> & { readonly label?: string };

/**
 * Reads an object that `authenticate` of the application returned: the maximum options of a token, and a label. Only own
 * properties count, and each is read once. Reason: a prototype or a getter could return other values later.
 * @returns null if the answer is not an object, has no members, or has unknown members; the application may have returned a user
 * or a session by mistake
 * @throws Error for an invalid value
 */
function readCeiling(answer: unknown): Ceiling | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const members = Object.entries(answer).filter(([, value]) => value !== undefined);
  if (members.length === 0) return null;
  if (Object.keys(answer).some((name) => !Object.hasOwn(CHECKS, name))) return null;
  for (const [name, value] of members) {
    if (!CHECKS[name]?.(value)) {
      throw new Error(`authenticate returned an invalid value of ${name}`);
    }
  }
  return Object.assign(Object.create(null), Object.fromEntries(members));
}

/**
 * Reads what `authenticate` of an application returned. The caller gets a token only if the value is `true`, or an object that
 * `readCeiling` accepts.
 * @param ceiling the maximum options for all callers; `authenticate` cannot allow more than these
 * @returns null if the caller gets no token
 * @throws Error if a maximum has an invalid value
 */
export function readAuthorization(answer: unknown, ceiling: TokenOptions): Authorization | null {
  if (answer === true) return { ceiling, label: null };
  const own = readCeiling(answer);
  if (own === null) return null;
  const { access = ceiling.access, lifetimeS = ceiling.lifetimeS, oneTime = false } = own;
  return {
    ceiling: {
      access: access === 'readwrite' ? ceiling.access : access,
      lifetimeS: Math.min(lifetimeS, ceiling.lifetimeS),
      oneTime: oneTime || ceiling.oneTime,
    },
    label: own.label ?? null,
  };
}
