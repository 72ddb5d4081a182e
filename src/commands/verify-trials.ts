import type { Query } from '../api/rest';
import type { TriedToken } from '../api/trials';
import type { CliError } from '../core/errors';
import type { PromiseId } from '../core/promises';
import { DEFAULT_TOKEN_OPTIONS } from '../core/token';
import type { Bench } from './verify-bench';
import { CLOCK_MARGIN_MS, LIFETIME_TRIALS } from './verify-lifetimes';
import { tryTransport } from './verify-transport';
import { asked, type Finding, inWords, requireAccepted, type Trial, Untried } from './verify-trial';

const RACES = 5;
const SAMPLE = 8;
const ENOUGH_BITS = 128;

/** Each trial asks for a lifetime of its own, so that no two of them ask for the same token. */
const READONLY = asked({ access: 'readonly', lifetimeS: 30, oneTime: true });
const READWRITE = asked({ access: 'readwrite', lifetimeS: 31, oneTime: true });
/** Access is left to the service: what it is makes no difference to a read. */
const ONCE = asked({ lifetimeS: 32, oneTime: true });
const OFTEN = asked({ lifetimeS: 33, oneTime: false });
const ALIKE = asked({ access: 'readonly', lifetimeS: 34, oneTime: true });

/** A refusal says something only where a token with the same options is accepted. */
async function requireGoodTwin(bench: Bench, query: Query): Promise<void> {
  const { token } = await bench.mint(query, 'a twin');
  requireAccepted(await bench.list(token, 'the twin'), 'a read with a fresh twin');
}

/** A refusal says nothing of a token whose life may be over. */
function requireInTime(bench: Bench, { sentAt }: TriedToken, query: Query, error: CliError): void {
  const lifetimeS = Number(query['lifetime_s'] ?? DEFAULT_TOKEN_OPTIONS.lifetimeS);
  if (bench.context.clock.monotonic() < sentAt + lifetimeS * 1000 - CLOCK_MARGIN_MS) return;
  throw new Untried('the answers came too late to tell', error);
}

/** Tries what has to be refused, with a token whose twin is good. */
async function expectRefusal(
  bench: Bench,
  query: Query,
  attempt: (token: Awaited<ReturnType<Bench['mint']>>) => ReturnType<Bench['list']>,
): Promise<Finding> {
  await requireGoodTwin(bench, query);
  const minted = await bench.mint(query);
  const verdict = await attempt(minted);
  if (!verdict.accepted) requireInTime(bench, minted, query, verdict.error);
  return { kept: !verdict.accepted, observed: inWords(verdict) };
}

async function expectAcceptance(attempt: ReturnType<Bench['list']>): Promise<Finding> {
  const verdict = await attempt;
  return { kept: verdict.accepted, observed: inWords(verdict) };
}

/** Uses a token twice. */
async function useTwice(bench: Bench, query: Query, isGoodTwice: boolean): Promise<Finding> {
  const minted = await bench.mint(query);
  const { token } = minted;
  requireAccepted(await bench.list(token, 'first use'), 'the first use');
  const second = await bench.list(token, 'second use');
  if (!second.accepted) requireInTime(bench, minted, query, second.error);
  return { kept: second.accepted === isGoodTwice, observed: `second use ${inWords(second)}` };
}

async function race(bench: Bench): Promise<Finding> {
  const successes: number[] = [];
  for (let round = 0; round < RACES; round += 1) {
    const { token } = await bench.mint(ONCE);
    const verdicts = await bench.readTwice(token);
    successes.push(verdicts.filter(({ accepted }) => accepted).length);
  }
  const wrong = successes.find((count) => count !== 1);
  return wrong === undefined
    ? { kept: true, observed: `one accepted and one refused, ${RACES} times` }
    : { kept: false, observed: wrong === 0 ? 'neither was accepted' : 'both were accepted' };
}

async function sample(bench: Bench): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let count = 0; count < SAMPLE; count += 1) {
    texts.push((await bench.mint(ALIKE)).token.reveal());
  }
  return texts;
}

/** How many bits there is room for in the places where texts differ, given the characters that are used there. */
export function roomForBits(texts: readonly string[]): number {
  const shortest = Math.min(...texts.map((text) => text.length));
  const differing = Array.from({ length: shortest }, (_, at) => at).filter(
    (at) => new Set(texts.map((text) => text[at])).size > 1,
  );
  const alphabet = new Set(differing.flatMap((at) => texts.map((text) => text[at])));
  return Math.floor(differing.length * Math.log2(Math.max(1, alphabet.size)));
}

/** How each promise is tried. */
export const TRIALS: Readonly<Record<PromiseId, Trial>> = {
  'default-readonly': (bench) => expectRefusal(bench, {}, ({ token }) => bench.openSession(token)),
  'default-one-time': (bench) => useTwice(bench, {}, false),
  'readonly-reads': async (bench) =>
    expectAcceptance(bench.list((await bench.mint(READONLY)).token)),
  'readonly-no-session': (bench) =>
    expectRefusal(bench, READONLY, ({ token }) => bench.openSession(token)),
  'readonly-no-transcription': (bench) =>
    expectRefusal(bench, READONLY, ({ token }) => bench.transcribe(token)),
  'readwrite-reads': async (bench) =>
    expectAcceptance(bench.list((await bench.mint(READWRITE)).token)),
  'readwrite-session': async (bench) =>
    expectAcceptance(bench.openSession((await bench.mint(READWRITE)).token)),
  'one-time-once': (bench) => useTwice(bench, ONCE, false),
  'one-time-race': race,
  async 'one-time-session'(bench) {
    const { token } = await bench.mint(READWRITE);
    requireAccepted(await bench.openSession(token, 'first use'), 'the session');
    const second = await bench.list(token, 'second use');
    return { kept: !second.accepted, observed: `a read after it ${inWords(second)}` };
  },
  reusable: (bench) => useTwice(bench, OFTEN, true),
  'no-minting': (bench) =>
    expectRefusal(bench, READWRITE, async ({ token }) => {
      const verdict = await bench.mintWith(token, READONLY);
      return verdict.accepted ? { ...verdict, value: null } : verdict;
    }),
  'no-query': (bench) => expectRefusal(bench, ONCE, ({ token }) => bench.listByUrl(token)),
  'no-bare': (bench) => expectRefusal(bench, ONCE, ({ token }) => bench.listBare(token)),
  async 'tokens-distinct'(bench) {
    const texts = await sample(bench);
    const different = new Set(texts).size;
    return { kept: different === texts.length, observed: `${different} of ${texts.length} differ` };
  },
  async 'tokens-long'(bench) {
    const bits = roomForBits(await sample(bench));
    return { kept: bits >= ENOUGH_BITS, observed: `room for ${bits} bits` };
  },
  ...LIFETIME_TRIALS,
  transport: tryTransport,
};
