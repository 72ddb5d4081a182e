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

/** A token is replaced after this part of its lifetime. The remaining third is for retries. */
const REFRESH_AFTER = 2 / 3;
/**
 * Interval between checks of the wall clock, in milliseconds. Reason: timers and the monotonic clock stop while a machine is
 * suspended, so a single long timer would end too late.
 */
const CHECK_INTERVAL_MS = 1000;
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;
/**
 * The longest Retry-After that is obeyed, in milliseconds. Reason: with a longer Retry-After, the command could have an expired
 * token for hours, although the service works again.
 */
const MAX_RETRY_AFTER_MS = 15 * 60_000;

/** A point in time, on the wall clock and on the monotonic clock. */
type TimePoint = Pick<MintedToken, 'sentAt' | 'sentAtMonotonic'>;

interface Refreshed {
  readonly key: Secret;
  readonly options: TokenOptions;
  /** The token that the command started with. */
  readonly first: MintedToken;
  /**
   * Replaces the token in the file.
   * @throws CliError `output_unwritable`
   */
  readonly replace: (content: Secret) => void;
  /** Aborts when the command ends. */
  readonly ended: AbortSignal;
}

/**
 * Replaces the token at two thirds of its lifetime, again and again until the command ends. After a failure, prints a warning and
 * tries again. The returned promise never rejects.
 */
export async function keepTokenFresh(
  context: CommandContext,
  { first, ended, ...refreshed }: Refreshed,
): Promise<void> {
  const { clock } = context;
  const lifetimeMs = refreshed.options.lifetimeS * 1000;
  let current: TimePoint = first;
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

/** Mints a new token and writes it to the file. Retries until this succeeds. Returns the time of minting. */
async function replaceToken(
  context: CommandContext,
  refreshed: Omit<Refreshed, 'first'>,
  old: TimePoint,
): Promise<TimePoint> {
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
      // Report a repeated failure only once, because the running command uses the same terminal.
      if (error.code !== reportedCode)
        notes.warn(failureText(error, remainingMs(clock, old, options), delayMs));
      reportedCode = error.code;
      const failedAt: TimePoint = { sentAt: clock.now(), sentAtMonotonic: clock.monotonic() };
      await waitFrom(clock, failedAt, delayMs, ended);
    }
  }
}

/**
 * Mints a token. The time limit of --timeout starts again for each mint. Shows no notes of the service, because they were shown
 * for the first token.
 */
async function mintAgain(
  context: CommandContext,
  { key, options, ended }: Omit<Refreshed, 'first'>,
): Promise<MintedToken> {
  // `context.signal` is not used, because Ctrl-C aborts it. Ctrl-C is meant for the command, and the command may continue.
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
 * Waits until `ms` milliseconds have passed since a point in time. Stops waiting as soon as the wall clock or the monotonic clock
 * shows that the time has passed.
 * @throws the reason of the signal, if the signal aborts
 */
async function waitFrom(
  clock: Clock,
  { sentAt, sentAtMonotonic }: TimePoint,
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
 * Returns the delay before the next try, in milliseconds. The delay doubles after each failure, and a part of it is random. It is
 * at least as long as the Retry-After of the service. A Retry-After of more than 15 minutes counts as 15 minutes.
 */
function delayAfter({ retryAfterMs = 0 }: CliError, tries: number, fraction: number): number {
  const longest = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1));
  return Math.max((longest * (1 + fraction)) / 2, Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
}

function remainingMs(
  clock: Clock,
  { sentAt, sentAtMonotonic }: TimePoint,
  options: TokenOptions,
): number {
  const passed = Math.max(clock.monotonic() - sentAtMonotonic, clock.now() - sentAt);
  return options.lifetimeS * 1000 - passed;
}

/**
 * Returns the text of the warning. Omits the hint of the error, because the hint no longer helps: the command is already running,
 * and vstoken has already read the API key.
 */
function failureText({ message }: CliError, remaining: number, delayMs: number): string {
  const state = remaining > 0 ? `expires in ${durationInWords(remaining)}` : 'has expired';
  const next = waitInWords(delayMs);
  return `Could not refresh the token: ${message} The token in the file ${state}. Next attempt in ${next}.`;
}
