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

/** Whether it has members of a ceiling and no others: a user or a session that was returned by mistake is no permission. */
function isCeiling(answer: object): answer is Partial<TokenOptions> & { readonly label?: string } {
  const names = Object.keys(answer);
  return names.length > 0 && names.every((name) => Object.hasOwn(CHECKS, name));
}

/**
 * What an application answered to the question whether a caller may have a token. Only `true` and a ceiling are a yes.
 * @param ceiling of the handler, which no answer raises
 * @returns null for a no
 * @throws for a ceiling that cannot be
 */
export function readAdmission(answer: unknown, ceiling: TokenOptions): Admission | null {
  if (answer === true) return { ceiling, label: null };
  if (typeof answer !== 'object' || answer === null || !isCeiling(answer)) return null;
  for (const [name, value] of Object.entries(answer)) {
    if (value !== undefined && !CHECKS[name]?.(value)) {
      throw new Error(`authenticate returned a value of ${name} that it cannot have`);
    }
  }
  const { access = ceiling.access, lifetimeS = ceiling.lifetimeS, oneTime = false } = answer;
  return {
    ceiling: {
      access: access === 'readwrite' ? ceiling.access : access,
      lifetimeS: Math.min(lifetimeS, ceiling.lifetimeS),
      oneTime: oneTime || ceiling.oneTime,
    },
    label: answer.label ?? null,
  };
}
