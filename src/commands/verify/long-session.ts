import type { LiveSession } from '../../api/api';
import { streamClip } from '../../api/stream-clip';
import type { TriedToken } from '../../api/trials';
import { CliError, toCliError } from '../../core/errors';
import { ATTEMPTS, inTime, useAfterExpiry } from './around-expiry';
import { silentWav } from './silent-wav';
import type { TrialContext } from './trial';
import { CLOCK_MARGIN_MS, type Finding, inWords, mintQuery, SkippedTrial } from './trial';

const TOKEN_LIFETIME_S = 3;
const SESSION_S = 6;

/** Opens a live session. If the token expired before the session was open, tries again with a new token. */
async function openTrialSession(
  trial: TrialContext,
): Promise<{ minted: TriedToken; session: LiveSession }> {
  const query = mintQuery({ access: 'readwrite', lifetimeS: TOKEN_LIFETIME_S, oneTime: false });
  for (let attempt = 1; ; attempt += 1) {
    const minted = await trial.mint(query);
    const opened = await trial.openLiveSession(minted.token);
    if (opened.accepted) return { minted, session: opened.value };
    const isLate = trial.context.clock.monotonic() > minted.sentAt + TOKEN_LIFETIME_S * 1000;
    if (!isLate || attempt === ATTEMPTS) {
      throw new SkippedTrial(`the session was ${inWords(opened)}`, opened.error);
    }
  }
}

/** Checks that a session continues after its token has expired. Sends audio for longer than the lifetime of the token. */
export async function tryLongSession(trial: TrialContext): Promise<Finding> {
  const { minted, session } = await openTrialSession(trial);
  try {
    await session.start();
    const [end, after] = await Promise.all([
      finish(trial, session),
      useAfterExpiry(trial, minted, TOKEN_LIFETIME_S),
    ]);
    if (after.verdict.accepted)
      throw new SkippedTrial(
        'the token still worked after its lifetime, so the test cannot show what happens when a token expires',
      );
    if (end.error === null)
      return {
        kept: true,
        observed: `the session continued to its end, although its token was ${inTime(after)}`,
      };
    const { code } = end.error;
    if (!code.startsWith('token_') && !endedWithToken(minted, end)) throw end.error;
    return { kept: false, observed: `the session failed when its token expired: ${code}` };
  } finally {
    await session.close();
  }
}

interface End {
  /** The error that ended the session. Null if the service reported that the transcription is done. */
  readonly error: CliError | null;
  readonly at: number;
  /** Whether all audio was sent before the session ended. */
  readonly isSent: boolean;
}

/**
 * Whether the session ended because its token expired: near the time of expiry, and before all audio was sent. The kind of error
 * does not matter.
 */
function endedWithToken({ sentAt, receivedAt }: TriedToken, { at, isSent }: End): boolean {
  const lifeMs = TOKEN_LIFETIME_S * 1000;
  const isThen =
    at >= sentAt + lifeMs - CLOCK_MARGIN_MS && at <= receivedAt + lifeMs + 2 * CLOCK_MARGIN_MS;
  return !isSent && isThen;
}

/** Sends silence in real time, and returns how the session ended. */
async function finish({ context }: TrialContext, session: LiveSession): Promise<End> {
  const clip = { name: 'silence', bytes: silentWav(SESSION_S), durationS: SESSION_S };
  let end: End | undefined;
  let isSent = false;
  const receive = async () => {
    const error = await untilDone(session);
    end = { error, at: context.clock.monotonic(), isSent };
    return end;
  };
  const send = async () => {
    try {
      await streamClip(
        context,
        session,
        clip,
        0,
        () => end !== undefined,
        () => undefined,
      );
      isSent = true;
    } catch (thrown) {
      // Ignore the error, because `receive` reports how the session ended.
      if (!(thrown instanceof CliError)) throw thrown;
    }
  };
  const [ended] = await Promise.all([receive(), send()]);
  context.signal.throwIfAborted();
  return ended;
}

async function untilDone(session: LiveSession): Promise<CliError | null> {
  try {
    while (!(await session.next()).done);
    return null;
  } catch (thrown) {
    return toCliError(thrown);
  }
}
