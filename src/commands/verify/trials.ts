import type { Query } from '../../api/rest';
import { TOKEN_PARAMETERS, type TriedToken, type Verdict } from '../../api/trials';
import type { PromiseId } from '../../core/promises';
import { asToken } from './bench';
import { LIFETIME_TRIALS } from './lifetimes';
import { tryDistinct, tryLong } from './tokens';
import { tryTransport } from './transport';
import type { Bench } from './trial';
import {
  asked,
  type Finding,
  inWords,
  requireAboutToken,
  requireAccepted,
  requireInTime,
  type Trial,
  Untried,
} from './trial';

const RACES = 5;
/** A token that is used again is used again later too, in case that its use is noted late or forgotten. */
const LATER_MS = 1500;

const readonly = ({ lifetimeS }: Bench) => asked({ access: 'readonly', lifetimeS, oneTime: true });
const readwrite = ({ lifetimeS }: Bench) =>
  asked({ access: 'readwrite', lifetimeS, oneTime: true });
/** Access is left to the service: what it is makes no difference to a read. */
const once = ({ lifetimeS }: Bench) => asked({ lifetimeS, oneTime: true });
const often = ({ lifetimeS }: Bench) => asked({ lifetimeS, oneTime: false });

type Attempt = (minted: TriedToken) => Promise<Verdict<null>>;

/** Tries what has to be refused to one token, and is not refused to another. */
async function expectScope(
  bench: Bench,
  query: Query,
  attempt: Attempt,
  isPossible: (control: Verdict<null>) => boolean,
): Promise<Finding> {
  const minted = await bench.mint(query);
  const verdict = await attempt(minted);
  if (verdict.accepted) return { kept: false, observed: inWords(verdict) };
  if (verdict.refused !== 'closed') requireAboutToken(verdict);
  requireInTime(bench, minted, query);
  const control = await attempt(await bench.mint(readwrite(bench), 'readwrite, to compare'));
  if (!isPossible(control)) {
    const reason = `with a readwrite token it was ${inWords(control)}, too`;
    throw new Untried(reason, control.accepted ? null : control.error);
  }
  return { kept: true, observed: inWords(verdict) };
}

const expectNoSession = (bench: Bench, query: Query) =>
  expectScope(
    bench,
    query,
    ({ token }) => bench.openSession(token),
    ({ accepted }) => accepted,
  );

const expectNoTranscription = (bench: Bench) =>
  expectScope(
    bench,
    readonly(bench),
    ({ token }) => bench.transcribe(token),
    // Its guard may keep it from being accepted; what counts is that the token does not.
    (control) => control.accepted || control.refused === 'request',
  );

/** Tries a wrong use, with a token whose twin is good for the right one. */
async function expectRefusal(bench: Bench, query: Query, attempts: readonly Attempt[]) {
  const twin = await bench.mint(query, 'a twin');
  const use = await bench.list(twin.token, 'the twin');
  if (!use.accepted) requireInTime(bench, twin, query);
  requireAccepted(use, 'a read with a fresh twin');
  const verdicts: Verdict<null>[] = [];
  for (const attempt of attempts) verdicts.push(await attempt(await bench.mint(query)));
  const wrong = verdicts.find(({ accepted }) => accepted);
  const shown = wrong ?? verdicts[0];
  return { kept: !wrong, observed: shown ? inWords(shown) : '' };
}

/** Tries what has to be accepted. */
async function expectAcceptance(bench: Bench, query: Query, attempt: Attempt): Promise<Finding> {
  const minted = await bench.mint(query);
  const verdict = await attempt(minted);
  requireAboutToken(verdict);
  if (!verdict.accepted) requireInTime(bench, minted, query);
  return { kept: verdict.accepted, observed: inWords(verdict) };
}

const expectRead = (bench: Bench, query: Query) =>
  expectAcceptance(bench, query, ({ token }) => bench.list(token));

/** Uses a token twice. */
async function useTwice(
  bench: Bench,
  query: Query,
  {
    isGoodTwice = false,
    laterMs = 0,
    first = (token: TriedToken) => bench.list(token.token, 'first use'),
  },
): Promise<Finding> {
  const minted = await bench.mint(query);
  const use = await first(minted);
  if (!use.accepted) requireInTime(bench, minted, query);
  requireAccepted(use, 'the first use');
  if (laterMs > 0) await bench.sleepUntil(bench.context.clock.monotonic() + laterMs);
  const second = await bench.list(minted.token, 'second use');
  requireAboutToken(second);
  if (!second.accepted) requireInTime(bench, minted, query);
  return { kept: second.accepted === isGoodTwice, observed: `second use ${inWords(second)}` };
}

async function race(bench: Bench): Promise<Finding> {
  for (let round = 1; round <= RACES; round += 1) {
    const minted = await bench.mint(once(bench));
    const verdicts = await bench.ask((trials) => {
      const read = () => trials.list(asToken(minted.token), 'two at once');
      return Promise.all([read(), read()]);
    }, 2);
    for (const verdict of verdicts) requireAboutToken(verdict);
    const good = verdicts.filter(({ accepted }) => accepted).length;
    if (good === 0) requireInTime(bench, minted, once(bench));
    if (good !== 1) {
      const observed = good === 0 ? 'neither was accepted' : 'both were accepted';
      return { kept: false, observed };
    }
  }
  return { kept: true, observed: `one accepted and one refused, ${RACES} times` };
}

/** How each promise is tried. */
export const TRIALS: Readonly<Record<PromiseId, Trial>> = {
  'default-readonly': (bench) => expectNoSession(bench, {}),
  'default-one-time': (bench) => useTwice(bench, {}, {}),
  'readonly-reads': (bench) => expectRead(bench, readonly(bench)),
  'readonly-no-session': (bench) => expectNoSession(bench, readonly(bench)),
  'readonly-no-transcription': expectNoTranscription,
  'readwrite-reads': (bench) => expectRead(bench, readwrite(bench)),
  'readwrite-session': (bench) =>
    expectAcceptance(bench, readwrite(bench), ({ token }) => bench.openSession(token)),
  'one-time-once': (bench) => useTwice(bench, once(bench), { laterMs: LATER_MS }),
  'one-time-race': race,
  'one-time-session': (bench) =>
    useTwice(bench, readwrite(bench), {
      first: ({ token }) => bench.openSession(token, 'first use'),
    }),
  reusable: (bench) => useTwice(bench, often(bench), { isGoodTwice: true }),
  'no-minting': (bench) =>
    expectRefusal(bench, readwrite(bench), [
      async ({ token }) => {
        const verdict = await bench.ask((trials) =>
          trials.mint(asToken(token), readonly(bench), 'with a token'),
        );
        return verdict.accepted ? { ...verdict, value: null } : verdict;
      },
    ]),
  'no-query': (bench) =>
    expectRefusal(
      bench,
      once(bench),
      TOKEN_PARAMETERS.map(
        (name) =>
          ({ token }) =>
            bench.ask((trials) => trials.listByUrl(token, name)),
      ),
    ),
  'no-bare': (bench) =>
    expectRefusal(bench, once(bench), [
      ({ token }) =>
        bench.ask((trials) =>
          trials.list({ kind: 'key', secret: token }, 'token without its scheme'),
        ),
    ]),
  'tokens-distinct': (bench) => tryDistinct(bench, readonly(bench)),
  'tokens-long': (bench) => tryLong(bench, readonly(bench)),
  ...LIFETIME_TRIALS,
  transport: tryTransport,
};
