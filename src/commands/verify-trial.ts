import type { Query } from '../api/rest';
import type { TriedToken, Verdict } from '../api/trials';
import { CliError } from '../core/errors';
import { DEFAULT_TOKEN_OPTIONS, type TokenOptions } from '../core/token';
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
  /** What went wrong; null where it was not to be tried, or where another promise says what is wrong. */
  readonly error: CliError | null;

  constructor(reason: string, error: CliError | null = null) {
    super(reason);
    this.error = error;
  }
}

/** Services count in whole seconds, and round as they like. */
export const CLOCK_MARGIN_MS = 1000;

/** Options by the names of the wire; what is left out is left to the service. */
export function asked({ access, lifetimeS, oneTime }: Partial<TokenOptions>): Query {
  return { access, lifetime_s: lifetimeS, one_time: oneTime };
}

/** What was asked for; where an option was left to the service, what it promises. */
export function optionsIn(query: Query): TokenOptions {
  const { access, lifetimeS, oneTime } = DEFAULT_TOKEN_OPTIONS;
  return {
    access: query['access'] === 'readwrite' ? 'readwrite' : access,
    lifetimeS: Number(query['lifetime_s'] ?? lifetimeS),
    oneTime: Boolean(query['one_time'] ?? oneTime),
  };
}

/** What a verdict is, in words: `accepted (200)`. */
export function inWords(verdict: Verdict<unknown>): string {
  if (verdict.accepted) return `accepted (${verdict.status})`;
  return verdict.refused === 'closed' ? 'refused (closed)' : `refused (${verdict.status ?? '-'})`;
}

/** @throws Untried when what has to work before a promise can be tried does not */
export function requireAccepted(verdict: Verdict<unknown>, what: string): void {
  if (!verdict.accepted) throw new Untried(`${what} was ${inWords(verdict)}`, verdict.error);
}

/**
 * A refusal that is about the token.
 * @throws Untried for one that is about the request, or says nothing
 */
export function requireAboutToken(verdict: Verdict<unknown>): void {
  if (verdict.accepted || verdict.refused === 'caller') return;
  throw new Untried(`it was ${inWords(verdict)}, which says nothing of tokens`, verdict.error);
}

/** A refusal says nothing of a token whose life may be over. @throws Untried */
export function requireInTime(bench: Bench, { sentAt }: TriedToken, query: Query): void {
  const lifetimeS = Number(query['lifetime_s'] ?? DEFAULT_TOKEN_OPTIONS.lifetimeS);
  const surelyAlive = sentAt + lifetimeS * 1000 - CLOCK_MARGIN_MS;
  if (bench.context.clock.monotonic() > surelyAlive) throw tooLate();
}

export function tooLate(): Untried {
  const reason = 'the answers came too late to tell';
  const hint = 'Try again when this machine and its network are less busy.';
  return new Untried(reason, new CliError('timeout', 'The answers came too late.', { hint }));
}
