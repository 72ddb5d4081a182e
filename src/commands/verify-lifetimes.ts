import type { LiveSession } from '../api/api';
import type { Query } from '../api/rest';
import type { TriedToken, Verdict } from '../api/trials';
import { CliError, toCliError } from '../core/errors';
import type { PromiseId } from '../core/promises';
import { silentWav } from '../core/silence';
import { MAX_LIFETIME_S, MIN_LIFETIME_S } from '../core/token';
import { streamClip } from './test-stream';
import type { Bench } from './verify-bench';
import { asked, type Finding, inWords, requireAccepted, type Trial, Untried } from './verify-trial';

/** Services count in whole seconds, and round as they like. */
export const CLOCK_MARGIN_MS = 1000;
/** For the way of a request through this machine. */
const SLACK_MS = 150;
const DEFAULT_LIFETIME_S = 10;
/** For what a slow machine or network makes come too late. */
const ATTEMPTS = 3;
const BEFORE_S = 5;
const AFTER_S = 3;
const WORK_TOKEN_S = 3;
const WORK_S = 6;
const OUTSIDE = [0, MAX_LIFETIME_S + 1, -1, 'abc'];

interface LateUse {
  readonly verdict: Verdict<null>;
  /** Since the token was asked for, in seconds. */
  readonly afterS: number;
}

/**
 * A use so early that no rounding and no way through the network could make it late. Where a machine or a network was too slow
 * for that, it is tried again.
 */
async function useBefore(bench: Bench, query: Query, lifetimeS: number): Promise<LateUse> {
  const { clock } = bench.context;
  for (let attempt = 1; ; attempt += 1) {
    const minted = await bench.mint(query);
    const surelyAlive = minted.sentAt + lifetimeS * 1000 - CLOCK_MARGIN_MS;
    await bench.sleepUntil(surelyAlive - bench.measures.roundTripMs - SLACK_MS);
    const afterS = secondsSince(minted.sentAt, clock.monotonic());
    const verdict = await bench.list(minted.token, `${afterS} s after the mint`);
    if (verdict.accepted || clock.monotonic() <= surelyAlive) return { verdict, afterS };
    if (attempt === ATTEMPTS) throw new Untried('the answers came too late to tell', verdict.error);
  }
}

/** A use so late that no rounding could make it early. */
async function useAfter(bench: Bench, minted: TriedToken, lifetimeS: number): Promise<LateUse> {
  const { clock } = bench.context;
  await bench.sleepUntil(minted.receivedAt + lifetimeS * 1000 + CLOCK_MARGIN_MS + SLACK_MS);
  const afterS = secondsSince(minted.receivedAt, clock.monotonic());
  return { verdict: await bench.list(minted.token, `${afterS} s after the mint`), afterS };
}

function secondsSince(from: number, to: number): number {
  return Math.round((to - from) / 100) / 10;
}

const inTime = ({ verdict, afterS }: LateUse) =>
  `${verdict.accepted ? 'accepted' : 'refused'} after ${afterS} s`;

async function tryDefault(bench: Bench): Promise<Finding> {
  const [before, after] = await Promise.all([
    useBefore(bench, {}, DEFAULT_LIFETIME_S),
    bench.mint({}).then((minted) => useAfter(bench, minted, DEFAULT_LIFETIME_S)),
  ]);
  return {
    kept: before.verdict.accepted && !after.verdict.accepted,
    observed: `${inTime(before)}, ${inTime(after)}`,
  };
}

async function tryBefore(bench: Bench): Promise<Finding> {
  const query = asked({ lifetimeS: BEFORE_S, oneTime: true });
  const use = await useBefore(bench, query, BEFORE_S);
  return { kept: use.verdict.accepted, observed: inTime(use) };
}

async function tryAfter(bench: Bench): Promise<Finding> {
  const query = asked({ lifetimeS: AFTER_S, oneTime: true });
  const [minted, twin] = [await bench.mint(query), await bench.mint(query, 'a twin')];
  requireAccepted(await bench.list(twin.token, 'the twin'), 'a read with a fresh twin');
  const use = await useAfter(bench, minted, AFTER_S);
  return { kept: !use.verdict.accepted, observed: inTime(use) };
}

const tryExtreme =
  (lifetimeS: number): Trial =>
  async (bench) => {
    const verdict = await bench.tryMint(asked({ lifetimeS }));
    return { kept: verdict.accepted, observed: inWords(verdict) };
  };

async function tryOutside(bench: Bench): Promise<Finding> {
  const accepted: (string | number)[] = [];
  for (const lifetime of OUTSIDE) {
    const verdict = await bench.tryMint({ lifetime_s: lifetime });
    if (verdict.accepted) accepted.push(lifetime);
  }
  const observed = accepted.length === 0 ? 'all four refused' : `accepted: ${accepted.join(', ')}`;
  return { kept: accepted.length === 0, observed };
}

/** A session whose token is alive still. */
async function openWork(bench: Bench): Promise<{ minted: TriedToken; session: LiveSession }> {
  const query = asked({ access: 'readwrite', lifetimeS: WORK_TOKEN_S, oneTime: false });
  for (let attempt = 1; ; attempt += 1) {
    const minted = await bench.mint(query);
    const opened = await bench.openLiveSession(minted.token);
    if (opened.accepted) return { minted, session: opened.value };
    const isLate = bench.context.clock.monotonic() > minted.sentAt + WORK_TOKEN_S * 1000;
    if (!isLate || attempt === ATTEMPTS) {
      throw new Untried(`the session was ${inWords(opened)}`, opened.error);
    }
  }
}

/** Sends audio for longer than the token lives, and waits for the end of the work. */
async function tryWork(bench: Bench): Promise<Finding> {
  const { minted, session } = await openWork(bench);
  try {
    await session.start();
    const [end, after] = await Promise.all([
      finish(bench, session),
      useAfter(bench, minted, WORK_TOKEN_S),
    ]);
    if (after.verdict.accepted) throw new Untried('the token did not expire on the way');
    return { kept: end === null, observed: end ?? `done, after its token was ${inTime(after)}` };
  } finally {
    await session.close();
  }
}

const ENDED_BY_SERVICE = /^(token_|transcription_failed$)/;

/** Sends silence at the pace of real time. @returns null when the work ended well, else what became of it */
async function finish({ context, deadline }: Bench, session: LiveSession): Promise<string | null> {
  const clip = { name: 'silence', bytes: silentWav(WORK_S), durationS: WORK_S };
  let isOver = false;
  const receive = async () => {
    try {
      while (!(await session.next()).done);
      return null;
    } catch (thrown) {
      const { code } = toCliError(thrown);
      if (ENDED_BY_SERVICE.test(code)) return `the work ended with ${code}`;
      throw thrown;
    } finally {
      isOver = true;
    }
  };
  const inTime = { ...context, signal: deadline.signal };
  const sending = streamClip(
    inTime,
    session,
    clip,
    0,
    () => isOver,
    () => undefined,
  ).catch(
    // What ended the session is for who listens to say.
    (thrown: unknown) => {
      if (!(thrown instanceof CliError)) throw thrown;
    },
  );
  const [end] = await Promise.all([receive(), sending]);
  return end;
}

/** How each promise about lifetimes is tried. */
export const LIFETIME_TRIALS = {
  'default-lifetime': tryDefault,
  'lifetime-before': tryBefore,
  'lifetime-after': tryAfter,
  'lifetime-shortest': tryExtreme(MIN_LIFETIME_S),
  'lifetime-longest': tryExtreme(MAX_LIFETIME_S),
  'lifetime-bounds': tryOutside,
  'work-outlives-token': tryWork,
} satisfies Partial<Record<PromiseId, Trial>>;
