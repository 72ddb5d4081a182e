import type { Query } from '../../api/rest';
import type { Exchange, Trials, TriedToken, Verdict } from '../../api/trials';
import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import type { Secret } from '../../core/secret';
import type { Semaphore } from '../../core/semaphore';
import { DEFAULT_TOKEN_OPTIONS, type TokenOptions } from '../../core/token';

/** The values that all tests of promises in one run share. */
export interface VerificationRun {
  readonly context: CommandContext;
  readonly key: Secret;
  readonly semaphore: Semaphore;
  readonly measures: Measures;
  /**
   * All tokens that `mint` has returned in this run. If the service returns one of them again, the promise whose test asked for a
   * new token is skipped.
   */
  readonly seen: Set<string>;
  warn(text: string): void;
}

/** Measurements of the run. Times are in milliseconds. */
export interface Measures {
  /** The longest time between a request and its answer. */
  roundTripMs: number;
  /** How far the clock of the service is ahead of the clock of this machine. Null if the answers contain no time. */
  clockOffsetMs: number | null;
  /** The current rate limit, or null. `until` is its end on the monotonic clock. `error` is the error of the rejected request. */
  pause: { readonly until: number; readonly error: CliError } | null;
}

/** The context in which one promise of the service is tested, with its own evidence. */
export interface TrialContext extends VerificationRun {
  readonly evidence: readonly Exchange[];
  /** The lifetime of the tokens, in seconds. It is enough for the whole trial, and is different for each promise of the service. */
  readonly lifetimeS: number;
  note(exchange: Exchange): void;
  /** Mints a token with the API key. A refusal is returned as a verdict, not thrown. */
  tryMint(query: Query, note?: string): Promise<Verdict<TriedToken>>;
  /**
   * Mints a token for the trial.
   * @throws SkippedTrial if the service refuses to mint, or returns a token that it returned before
   */
  mint(query: Query, note?: string): Promise<TriedToken>;
  /**
   * Calls `request`, which sends one or several requests. First waits while too many requests of this run are in progress, or
   * until a rate limit ends. `weight` is the number of requests that `request` sends at the same time.
   */
  ask<Value>(request: (trials: Trials) => Promise<Value>, weight?: number): Promise<Value>;
  list(token: Secret, note?: string): Promise<Verdict<null>>;
  /**
   * Tests whether the token may transcribe. Nothing is transcribed, because the request demands a duration that no audio has.
   */
  transcribe(token: Secret): Promise<Verdict<null>>;
  /** Opens a session, but does not start it. */
  openSession(token: Secret, note?: string): Promise<Verdict<null>>;
  /** Opens a session for live audio, and leaves it open. */
  openLiveSession: Trials['openLiveSession'];
  /** @param moment in milliseconds on the monotonic clock */
  sleepUntil(moment: number): Promise<void>;
}

export interface Finding {
  readonly kept: boolean;
  readonly observed: string;
}

/**
 * A test of one promise of the service.
 * @throws SkippedTrial or CliError if the test shows nothing about the promise
 */
export type Trial = (trial: TrialContext) => Promise<Finding>;

/** Thrown if a promise of the service could not be tested. The message is the reason. */
export class SkippedTrial extends Error {
  /** The error that is the reason. Null if the reason is not an error. */
  readonly error: CliError | null;

  constructor(reason: string, error: CliError | null = null) {
    super(reason);
    this.error = error;
  }
}

/** Tolerance for the clock of the service, in milliseconds. The service may count in whole seconds, and may round up or down. */
export const CLOCK_MARGIN_MS = 1000;

/**
 * Returns the query of a request to mint, with the parameter names of the service. A missing option is undefined, so that the
 * service uses its default.
 */
export function mintQuery({ access, lifetimeS, oneTime }: Partial<TokenOptions>): Query {
  return { access, lifetime_s: lifetimeS, one_time: oneTime };
}

/** Returns the token options of a query. For a missing option, returns the default that the service promises. */
export function optionsIn(query: Query): TokenOptions {
  const { access, lifetimeS, oneTime } = DEFAULT_TOKEN_OPTIONS;
  return {
    access: query['access'] === 'readwrite' ? 'readwrite' : access,
    lifetimeS: Number(query['lifetime_s'] ?? lifetimeS),
    oneTime: Boolean(query['one_time'] ?? oneTime),
  };
}

/** Returns a verdict in words, such as `accepted (200)`. */
export function inWords(verdict: Verdict<unknown>): string {
  if (verdict.accepted) return `accepted (${verdict.status})`;
  return verdict.refused === 'closed' ? 'refused (closed)' : `refused (${verdict.status ?? '-'})`;
}

/**
 * Requires that the service accepted a request. Used for requests on which the rest of the trial depends.
 * @throws SkippedTrial if the request was refused
 */
export function requireAccepted(verdict: Verdict<unknown>, what: string): void {
  if (!verdict.accepted) throw new SkippedTrial(`${what} was ${inWords(verdict)}`, verdict.error);
}

/**
 * Requires that the service accepted the token, or refused the request because of the token.
 * @throws SkippedTrial if the request was refused for another reason, or if the reason is unclear
 */
export function requireAboutToken(verdict: Verdict<unknown>): void {
  if (verdict.accepted || verdict.refused === 'caller') return;
  throw new SkippedTrial(
    `the request was ${inWords(verdict)}, which shows nothing about the token`,
    verdict.error,
  );
}

/**
 * Requires that the token has not expired yet. Reason: the refusal of an expired token shows nothing about the promise.
 * @throws SkippedTrial if the token may have expired
 */
export function requireInTime(trial: TrialContext, { sentAt }: TriedToken, query: Query): void {
  const lifetimeS = Number(query['lifetime_s'] ?? DEFAULT_TOKEN_OPTIONS.lifetimeS);
  const validUntil = sentAt + lifetimeS * 1000 - CLOCK_MARGIN_MS;
  if (trial.context.clock.monotonic() > validUntil) throw tooLate();
}

export function tooLate(): SkippedTrial {
  const reason = 'the answers came too late to test this promise';
  const hint = 'Try again when this machine and its network are less busy.';
  return new SkippedTrial(reason, new CliError('timeout', 'The answers came too late.', { hint }));
}
