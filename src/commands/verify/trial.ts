import type { Query } from '../../api/rest';
import type { Exchange, Trials, TriedToken, Verdict } from '../../api/trials';
import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import type { Secret } from '../../core/secret';
import type { Semaphore } from '../../core/semaphore';
import { DEFAULT_TOKEN_OPTIONS, type TokenOptions } from '../../core/token';

/** What all trials of a run share. */
export interface VerificationRun {
  readonly context: CommandContext;
  readonly key: Secret;
  readonly semaphore: Semaphore;
  readonly measures: Measures;
  /** All minted tokens, to detect repetitions. */
  readonly seen: Set<string>;
  warn(text: string): void;
}

/** Measurements of the run, in milliseconds. */
export interface Measures {
  /** The longest time between a request and its answer. */
  roundTripMs: number;
  /** How far the service's clock is ahead of this machine's. Null if it sends no time. */
  clockOffsetMs: number | null;
  /** The rate limit in force: until when the service rejects requests (monotonic clock), and its error. */
  pause: { readonly until: number; readonly error: CliError } | null;
}

/** The context in which one promise is tested, with its own evidence. */
export interface TrialContext extends VerificationRun {
  readonly evidence: readonly Exchange[];
  /** In seconds: long enough for the whole trial. Each promise has its own value. */
  readonly lifetimeS: number;
  note(exchange: Exchange): void;
  /** Mints with the API key. */
  tryMint(query: Query, note?: string): Promise<Verdict<TriedToken>>;
  /** Mints a token for the trial. @throws Untried if it is refused, or if the service repeats a token */
  mint(query: Query, note?: string): Promise<TriedToken>;
  /** Sends one request when its turn has come. After a rate limit, all later requests wait. */
  ask<Value>(request: (trials: Trials) => Promise<Value>, weight?: number): Promise<Value>;
  list(token: Secret, note?: string): Promise<Verdict<null>>;
  /** Requests a transcription that is never started. */
  transcribe(token: Secret): Promise<Verdict<null>>;
  /** Opens a session without starting it. */
  openSession(token: Secret, note?: string): Promise<Verdict<null>>;
  /** Opens a session for live audio, which stays open. */
  openLiveSession: Trials['openLiveSession'];
  /** @param moment in milliseconds on the monotonic clock */
  sleepUntil(moment: number): Promise<void>;
}

/** The result of a trial. */
export interface Finding {
  readonly kept: boolean;
  readonly observed: string;
}

/** @throws Untried, and CliError of a failure that shows nothing about the promise */
export type Trial = (trial: TrialContext) => Promise<Finding>;

/** Why a promise could not be tested. */
export class Untried extends Error {
  /** The error. Null if the promise was not selected, or if another promise reports the error. */
  readonly error: CliError | null;

  constructor(reason: string, error: CliError | null = null) {
    super(reason);
    this.error = error;
  }
}

/** Services may count in whole seconds, rounded in any way. */
export const CLOCK_MARGIN_MS = 1000;

/** The query of a mint, with the names of the protocol. Missing options are left out, so that the service uses its defaults. */
export function asked({ access, lifetimeS, oneTime }: Partial<TokenOptions>): Query {
  return { access, lifetime_s: lifetimeS, one_time: oneTime };
}

/** The options of a query, with the service's promised defaults. */
export function optionsIn(query: Query): TokenOptions {
  const { access, lifetimeS, oneTime } = DEFAULT_TOKEN_OPTIONS;
  return {
    access: query['access'] === 'readwrite' ? 'readwrite' : access,
    lifetimeS: Number(query['lifetime_s'] ?? lifetimeS),
    oneTime: Boolean(query['one_time'] ?? oneTime),
  };
}

/** A verdict in words: `accepted (200)`. */
export function inWords(verdict: Verdict<unknown>): string {
  if (verdict.accepted) return `accepted (${verdict.status})`;
  return verdict.refused === 'closed' ? 'refused (closed)' : `refused (${verdict.status ?? '-'})`;
}

/** @throws Untried if a precondition of the trial was refused */
export function requireAccepted(verdict: Verdict<unknown>, what: string): void {
  if (!verdict.accepted) throw new Untried(`${what} was ${inWords(verdict)}`, verdict.error);
}

/**
 * Requires that a refusal is about the token.
 * @throws Untried for a refusal of the request itself, or an unclear one
 */
export function requireAboutToken(verdict: Verdict<unknown>): void {
  if (verdict.accepted || verdict.refused === 'caller') return;
  throw new Untried(`it was ${inWords(verdict)}, which shows nothing about tokens`, verdict.error);
}

/** A refusal shows nothing if the token may have expired. @throws Untried */
export function requireInTime(trial: TrialContext, { sentAt }: TriedToken, query: Query): void {
  const lifetimeS = Number(query['lifetime_s'] ?? DEFAULT_TOKEN_OPTIONS.lifetimeS);
  const surelyAlive = sentAt + lifetimeS * 1000 - CLOCK_MARGIN_MS;
  if (trial.context.clock.monotonic() > surelyAlive) throw tooLate();
}

export function tooLate(): Untried {
  const reason = 'the answers came too late to decide';
  const hint = 'Try again when this machine and its network are less busy.';
  return new Untried(reason, new CliError('timeout', 'The answers came too late.', { hint }));
}
