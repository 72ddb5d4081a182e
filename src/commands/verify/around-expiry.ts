import type { Query } from '../../api/rest';
import type { TriedToken, Verdict } from '../../api/trials';
import type { TrialContext } from './trial';
import { CLOCK_MARGIN_MS, requireAboutToken, tooLate } from './trial';

/**
 * Maximum number of attempts. A new attempt is made if a slow machine or network delayed the request until the token may have
 * expired.
 */
export const ATTEMPTS = 3;
/** Time that this machine needs to send a request, in milliseconds. */
const SLACK_MS = 150;

export interface LateUse {
  readonly verdict: Verdict<null>;
  /** The time between minting the token and this use, in seconds. */
  readonly afterS: number;
}

/**
 * Uses a token shortly before it expires. Chooses the time so that the token is still valid when the request arrives, even if the
 * service rounds times. If a slow machine or network delayed the request for too long, tries again with a new token.
 */
export async function useBeforeExpiry(
  trial: TrialContext,
  query: Query,
  lifetimeS: number,
): Promise<LateUse> {
  const { clock } = trial.context;
  for (let attempt = 1; ; attempt += 1) {
    const minted = await trial.mint(query);
    const validUntil = minted.sentAt + lifetimeS * 1000 - CLOCK_MARGIN_MS;
    await trial.sleepUntil(validUntil - trial.measures.roundTripMs - SLACK_MS);
    const afterS = secondsSince(minted.sentAt, clock.monotonic());
    const verdict = await trial.list(minted.token, `${afterS} s after minting`);
    requireAboutToken(verdict);
    if (verdict.accepted || clock.monotonic() <= validUntil) return { verdict, afterS };
    if (attempt === ATTEMPTS) throw tooLate();
  }
}

/** Uses a token so late that it must have expired, even if the service rounds times. */
export async function useAfterExpiry(
  trial: TrialContext,
  minted: TriedToken,
  lifetimeS: number,
): Promise<LateUse> {
  const { clock } = trial.context;
  await trial.sleepUntil(minted.receivedAt + lifetimeS * 1000 + CLOCK_MARGIN_MS + SLACK_MS);
  const afterS = secondsSince(minted.receivedAt, clock.monotonic());
  const verdict = await trial.list(minted.token, `${afterS} s after minting`);
  requireAboutToken(verdict);
  return { verdict, afterS };
}

function secondsSince(from: number, to: number): number {
  return Math.round((to - from) / 100) / 10;
}

export const inTime = ({ verdict, afterS }: LateUse) =>
  `${verdict.accepted ? 'accepted' : 'refused'} after ${afterS} s`;
