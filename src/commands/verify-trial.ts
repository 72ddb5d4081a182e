import type { Query } from '../api/rest';
import type { Verdict } from '../api/trials';
import type { CliError } from '../core/errors';
import type { TokenOptions } from '../core/token';
import type { Bench } from './verify-bench';

/** What came of a trial. */
export interface Finding {
  readonly kept: boolean;
  readonly observed: string;
}

/** @throws Untried, and CliError of what says nothing about the promise */
export type Trial = (bench: Bench) => Promise<Finding>;

/** Why a promise could not be tried. */
export class Untried extends Error {
  /** What the service said instead; null when it was not to be tried here. */
  readonly error: CliError | null;

  constructor(reason: string, error: CliError | null = null) {
    super(reason);
    this.error = error;
  }
}

/** Options by the names of the wire; what is left out is left to the service. */
export function asked({ access, lifetimeS, oneTime }: Partial<TokenOptions>): Query {
  return { access, lifetime_s: lifetimeS, one_time: oneTime };
}

/** What a verdict is, in words: `accepted (200)`. */
export function inWords({ accepted, status }: Verdict<unknown>): string {
  return `${accepted ? 'accepted' : 'refused'} (${status})`;
}

/** @throws Untried when what has to work before a promise can be tried does not */
export function requireAccepted(verdict: Verdict<unknown>, what: string): void {
  if (verdict.accepted) return;
  throw new Untried(`${what} was ${inWords(verdict)}`, verdict.error);
}
