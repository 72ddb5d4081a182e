import type { LiveSession } from '../api/api';
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

/** A use so early that no rounding and no way through the network could make it late. */
async function useBefore(bench: Bench, minted: TriedToken, lifetimeS: number): Promise<LateUse> {
  const { clock } = bench.context;
  const surelyAlive = minted.sentAt + lifetimeS * 1000 - CLOCK_MARGIN_MS;
  await bench.sleepUntil(surelyAlive - bench.measures.roundTripMs - SLACK_MS);
  const afterS = secondsSince(minted.sentAt, clock.monotonic());
  const verdict = await bench.list(minted.token, `${afterS} s after the mint`);
  if (!verdict.accepted && clock.monotonic() > surelyAlive) {
    throw new Untried('the answer came too late to tell', verdict.error);
  }
  return { verdict, afterS };
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
  const [early, late] = [await bench.mint({}), await bench.mint({})];
  const [before, after] = await Promise.all([
    useBefore(bench, early, DEFAULT_LIFETIME_S),
    useAfter(bench, late, DEFAULT_LIFETIME_S),
  ]);
  return {
    kept: before.verdict.accepted && !after.verdict.accepted,
    observed: `${inTime(before)}, ${inTime(after)}`,
  };
}

async function tryBefore(bench: Bench): Promise<Finding> {
  const minted = await bench.mint(asked({ lifetimeS: BEFORE_S, oneTime: true }));
  const use = await useBefore(bench, minted, BEFORE_S);
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

/** Sends audio for longer than the token lives, and waits for the end of the work. */
async function tryWork(bench: Bench): Promise<Finding> {
  const query = asked({ access: 'readwrite', lifetimeS: WORK_TOKEN_S, oneTime: false });
  const minted = await bench.mint(query);
  const opened = await bench.openLiveSession(minted.token);
  requireAccepted(opened, 'the session');
  if (!opened.accepted) throw opened.error;
  const session = opened.value;
  try {
    await session.start();
    const [end, after] = await Promise.all([
      finish(bench, session),
      useAfter(bench, minted, WORK_TOKEN_S),
    ]);
    const isOver = !after.verdict.accepted;
    if (!isOver) throw new Untried('the token did not expire on the way');
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
