import type { MintedToken } from '../../api/api';
import { waitInWords } from '../../api/retry-after';
import type { CommandContext } from '../../cli/define';
import type { Clock } from '../../context/clock';
import { type CliError, toCliError } from '../../core/errors';
import type { Secret } from '../../core/secret';
import { durationInWords } from '../../core/time-words';
import type { TokenOptions } from '../../core/token';
import { openApi } from '../../credentials/open-api';
import { startDeadline } from '../../network/deadline';

/** The part of its lifetime after which a token is replaced. The rest is for retries. */
const REFRESH_AFTER = 2 / 3;
/**
 * How often the wall clock is checked, in milliseconds: while a machine is suspended, timers and the monotonic clock stand still.
 */
const CHECK_INTERVAL_MS = 1000;
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;
/**
 * The longest Retry-After that is followed, in milliseconds. Otherwise the command could have an expired token for hours after
 * the service works again.
 */
const MAX_RETRY_AFTER_MS = 15 * 60_000;

/** A moment on the wall clock and on the monotonic clock. */
type Moment = Pick<MintedToken, 'sentAt' | 'sentAtMonotonic'>;

interface Refreshed {
  readonly key: Secret;
  readonly options: TokenOptions;
  /** The token that the command started with. */
  readonly first: MintedToken;
  /** @throws CliError `output_unwritable` */
  readonly replace: (content: Secret) => void;
  /** Aborts when the command has ended. */
  readonly ended: AbortSignal;
}

/**
 * Replaces a token at two thirds of its lifetime, until the command has ended. A failure is reported and retried. Never rejects.
 */
export async function keepTokenFresh(
  context: CommandContext,
  { first, ended, ...refreshed }: Refreshed,
): Promise<void> {
  const { clock } = context;
  const lifetimeMs = refreshed.options.lifetimeS * 1000;
  let current: Moment = first;
  try {
    for (;;) {
      await waitFrom(clock, current, lifetimeMs * REFRESH_AFTER, ended);
      current = await replaceToken(context, { ...refreshed, ended }, current);
    }
  } catch (thrown) {
    if (!ended.aborted)
      context.notes.warn(`The token is no longer refreshed: ${toCliError(thrown).message}`);
  }
}

/** Retries until the file contains a new token. */
async function replaceToken(
  context: CommandContext,
  refreshed: Omit<Refreshed, 'first'>,
  old: Moment,
): Promise<Moment> {
  const { clock, notes, random } = context;
  const { options, ended, replace } = refreshed;
  let reportedCode: string | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      const minted = await mintAgain(context, refreshed);
      ended.throwIfAborted();
      replace(minted.token);
      if (reportedCode !== undefined) notes.note('The token in the file was refreshed.');
      return minted;
    } catch (thrown) {
      ended.throwIfAborted();
      const error = toCliError(thrown);
      const delayMs = delayAfter(error, tries, random());
      // A repeated failure is reported once: the terminal belongs to the command.
      if (error.code !== reportedCode)
        notes.warn(failureText(error, remainingMs(clock, old, options), delayMs));
      reportedCode = error.code;
      const failedAt: Moment = { sentAt: clock.now(), sentAtMonotonic: clock.monotonic() };
      await waitFrom(clock, failedAt, delayMs, ended);
    }
  }
}

/** Mints one token, with its own --timeout. The service's warnings were already noted for the first token. */
async function mintAgain(
  context: CommandContext,
  { key, options, ended }: Omit<Refreshed, 'first'>,
): Promise<MintedToken> {
  // Not the signal of this program: Ctrl-C is meant for the command, which may continue.
  const deadline = startDeadline({ clock: context.clock, signal: ended }, context.timeoutMs);
  const notes = { ...context.notes, note: () => undefined };
  try {
    const api = openApi({ ...context, signal: deadline.signal, deadline, notes });
    const minted = await api.mintToken(key, options);
    await context.ledger.flush();
    return minted;
  } finally {
    deadline.cancel();
  }
}

/**
 * Waits until this many milliseconds have passed on either clock.
 * @throws the reason of the signal
 */
async function waitFrom(
  clock: Clock,
  { sentAt, sentAtMonotonic }: Moment,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const passed = Math.max(clock.monotonic() - sentAtMonotonic, clock.now() - sentAt);
    if (passed >= ms) return;
    await clock.sleep(Math.min(ms - passed, CHECK_INTERVAL_MS), signal);
  }
}

/**
 * Returns the delay before the next try, in milliseconds: doubled after each failure, with jitter, and at least the Retry-After
 * of the service.
 */
function delayAfter({ retryAfterMs = 0 }: CliError, tries: number, fraction: number): number {
  const longest = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1));
  return Math.max((longest * (1 + fraction)) / 2, Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
}

/** Returns the remaining lifetime of a token, in milliseconds. */
function remainingMs(
  clock: Clock,
  { sentAt, sentAtMonotonic }: Moment,
  options: TokenOptions,
): number {
  const passed = Math.max(clock.monotonic() - sentAtMonotonic, clock.now() - sentAt);
  return options.lifetimeS * 1000 - passed;
}

/** Returns the warning, without the error's hint: the running command cannot be changed, and its key has already been read. */
function failureText({ message }: CliError, remaining: number, delayMs: number): string {
  const state = remaining > 0 ? `expires in ${durationInWords(remaining)}` : 'has expired';
  const next = waitInWords(delayMs);
  return `Could not refresh the token: ${message} The token in the file ${state}. Next try in ${next}.`;
}
