import type { PromiseId } from '../../core/promises';
import { MAX_LIFETIME_S, MIN_LIFETIME_S } from '../../core/token';
import { inTime, useAfterExpiry, useBeforeExpiry } from './around-expiry';
import { tryLongSession } from './long-session';
import type { TrialContext } from './trial';
import {
  type Finding,
  inWords,
  mintQuery,
  requireAccepted,
  requireInTime,
  type Trial,
} from './trial';

const DEFAULT_LIFETIME_S = 10;
const BEFORE_S = 5;
const AFTER_S = 3;
const OUTSIDE = [0, MAX_LIFETIME_S + 1, -1, 'abc'];

async function tryDefault(trial: TrialContext): Promise<Finding> {
  const [before, after] = await Promise.all([
    useBeforeExpiry(trial, {}, DEFAULT_LIFETIME_S),
    trial.mint({}).then((minted) => useAfterExpiry(trial, minted, DEFAULT_LIFETIME_S)),
  ]);
  return {
    kept: before.verdict.accepted && !after.verdict.accepted,
    observed: `${inTime(before)}, ${inTime(after)}`,
  };
}

async function tryBeforeExpiry(trial: TrialContext): Promise<Finding> {
  const query = mintQuery({ lifetimeS: BEFORE_S, oneTime: true });
  const use = await useBeforeExpiry(trial, query, BEFORE_S);
  return { kept: use.verdict.accepted, observed: inTime(use) };
}

async function tryAfterExpiry(trial: TrialContext): Promise<Finding> {
  const query = mintQuery({ lifetimeS: AFTER_S, oneTime: true });
  const [minted, twin] = [await trial.mint(query), await trial.mint(query, 'a second token')];
  const twinUse = await trial.list(twin.token, 'the second token');
  if (!twinUse.accepted) requireInTime(trial, twin, query);
  requireAccepted(twinUse, 'a request with another token');
  const use = await useAfterExpiry(trial, minted, AFTER_S);
  return { kept: !use.verdict.accepted, observed: inTime(use) };
}

const tryExtreme =
  (lifetimeS: number): Trial =>
  async (trial) => {
    const verdict = await trial.tryMint(mintQuery({ lifetimeS }));
    return { kept: verdict.accepted, observed: inWords(verdict) };
  };

async function tryOutside(trial: TrialContext): Promise<Finding> {
  await trial.mint(
    mintQuery({ lifetimeS: trial.lifetimeS }),
    'an allowed lifetime, for comparison',
  );
  const accepted: (string | number)[] = [];
  for (const lifetime of OUTSIDE) {
    const verdict = await trial.tryMint({ lifetime_s: lifetime });
    if (verdict.accepted) accepted.push(lifetime);
  }
  const observed =
    accepted.length === 0
      ? 'the service rejected all four lifetimes'
      : `the service accepted ${accepted.join(', ')}`;
  return { kept: accepted.length === 0, observed };
}

export const LIFETIME_TRIALS = {
  'default-lifetime': tryDefault,
  'lifetime-before': tryBeforeExpiry,
  'lifetime-after': tryAfterExpiry,
  'lifetime-shortest': tryExtreme(MIN_LIFETIME_S),
  'lifetime-longest': tryExtreme(MAX_LIFETIME_S),
  'lifetime-bounds': tryOutside,
  'work-outlives-token': tryLongSession,
} satisfies Partial<Record<PromiseId, Trial>>;
