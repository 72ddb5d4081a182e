import type { PromiseId } from '../../core/promises';
import { MAX_LIFETIME_S, MIN_LIFETIME_S } from '../../core/token';
import { inTime, useAfter, useBefore } from './late';
import type { Bench } from './trial';
import { asked, type Finding, inWords, requireAccepted, requireInTime, type Trial } from './trial';
import { tryWork } from './work';

const DEFAULT_LIFETIME_S = 10;
const BEFORE_S = 5;
const AFTER_S = 3;
const OUTSIDE = [0, MAX_LIFETIME_S + 1, -1, 'abc'];

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
  const twinUse = await bench.list(twin.token, 'the twin');
  if (!twinUse.accepted) requireInTime(bench, twin, query);
  requireAccepted(twinUse, 'a read with a fresh twin');
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
  await bench.mint(asked({ lifetimeS: bench.lifetimeS }), 'one within, to compare');
  const accepted: (string | number)[] = [];
  for (const lifetime of OUTSIDE) {
    const verdict = await bench.tryMint({ lifetime_s: lifetime });
    if (verdict.accepted) accepted.push(lifetime);
  }
  const observed = accepted.length === 0 ? 'all four refused' : `accepted: ${accepted.join(', ')}`;
  return { kept: accepted.length === 0, observed };
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
