import { ACCESS_VALUES, MAX_LIFETIME_S, MIN_LIFETIME_S, type TokenOptions } from '../core/token';

/** A caller that may have a token. */
export interface Admission {
  /** The most that a token of this caller may be. */
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
 * The values that an object has as a ceiling: its own, and each read once, since a prototype or a getter could have others.
 * @returns null for what has none, or anything else: a user or a session that was returned by mistake is no permission
 * @throws for a value that cannot be
 */
function readCeiling(answer: unknown): Ceiling | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const members = Object.entries(answer).filter(([, value]) => value !== undefined);
  if (members.length === 0) return null;
  if (Object.keys(answer).some((name) => !Object.hasOwn(CHECKS, name))) return null;
  for (const [name, value] of members) {
    if (!CHECKS[name]?.(value)) {
      throw new Error(`authenticate returned a value of ${name} that it cannot have`);
    }
  }
  return Object.assign(Object.create(null), Object.fromEntries(members));
}

/**
 * What an application answered to the question whether a caller may have a token. Only `true` and a ceiling are a yes.
 * @param ceiling of the handler, which no answer raises
 * @returns null for a no
 * @throws for a ceiling that cannot be
 */
export function readAdmission(answer: unknown, ceiling: TokenOptions): Admission | null {
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
