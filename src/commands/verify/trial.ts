import type { Query } from '../../api/rest';
import type { Exchange, Trials, TriedToken, Verdict } from '../../api/trials';
import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import type { Secret } from '../../core/secret';
import type { Semaphore } from '../../core/semaphore';
import { DEFAULT_TOKEN_OPTIONS, type TokenOptions } from '../../core/token';

/** What every promise of a run shares. */
export interface VerificationRun {
  readonly context: CommandContext;
  readonly key: Secret;
  readonly semaphore: Semaphore;
  readonly measures: Measures;
  /** Tokens that were handed out, by which a repetition is seen. */
  readonly seen: Set<string>;
  warn(text: string): void;
}

/** What was measured on the way; times in milliseconds. */
export interface Measures {
  /** The longest time between a request and its answer. */
  roundTripMs: number;
  /** How far the service's clock is ahead of this machine's; null when it does not say. */
  clockOffsetMs: number | null;
  /** Until when the service wants no requests, on the clock that never jumps, and how it said so. */
  pause: { readonly until: number; readonly error: CliError } | null;
}

/** Where one promise is put to the test, with evidence of its own. */
export interface TrialContext extends VerificationRun {
  readonly evidence: readonly Exchange[];
  /** In seconds, long enough for all that is tried; no other promise asks for the same. */
  readonly lifetimeS: number;
  note(exchange: Exchange): void;
  /** Mints with the API key. */
  tryMint(query: Query, note?: string): Promise<Verdict<TriedToken>>;
  /** Mints a token to throw away. @throws Untried when it is refused, or handed out for the second time */
  mint(query: Query, note?: string): Promise<TriedToken>;
  /** One request, when its turn has come. Where the service wants fewer of them, all that follow wait. */
  ask<Value>(request: (trials: Trials) => Promise<Value>, weight?: number): Promise<Value>;
  list(token: Secret, note?: string): Promise<Verdict<null>>;
  /** Asks for a transcription that is not done. */
  transcribe(token: Secret): Promise<Verdict<null>>;
  /** Opens a session, and does not start it. */
  openSession(token: Secret, note?: string): Promise<Verdict<null>>;
  /** Opens a session for live audio, which goes on after its opening. */
  openLiveSession: Trials['openLiveSession'];
  /** @param moment in milliseconds on the clock that never jumps */
  sleepUntil(moment: number): Promise<void>;
}

/** What came of a trial. */
export interface Finding {
  readonly kept: boolean;
  readonly observed: string;
}

/** @throws Untried, and CliError of what says nothing about the promise */
export type Trial = (trial: TrialContext) => Promise<Finding>;

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
export function requireInTime(trial: TrialContext, { sentAt }: TriedToken, query: Query): void {
  const lifetimeS = Number(query['lifetime_s'] ?? DEFAULT_TOKEN_OPTIONS.lifetimeS);
  const surelyAlive = sentAt + lifetimeS * 1000 - CLOCK_MARGIN_MS;
  if (trial.context.clock.monotonic() > surelyAlive) throw tooLate();
}

export function tooLate(): Untried {
  const reason = 'the answers came too late to tell';
  const hint = 'Try again when this machine and its network are less busy.';
  return new Untried(reason, new CliError('timeout', 'The answers came too late.', { hint }));
}
