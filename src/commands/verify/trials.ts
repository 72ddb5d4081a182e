import type { Query } from '../../api/rest';
import { TOKEN_PARAMETERS, type TriedToken, type Verdict } from '../../api/trials';
import type { PromiseId } from '../../core/promises';
import { LIFETIME_TRIALS } from './lifetimes';
import { tryDistinct, tryLong } from './tokens';
import { tryTransport } from './transport';
import type { TrialContext } from './trial';
import {
  type Finding,
  inWords,
  mintQuery,
  requireAboutToken,
  requireAccepted,
  requireInTime,
  SkippedTrial,
  type Trial,
} from './trial';
import { asToken } from './trial-context';

const RACE_COUNT = 5;
/**
 * Delay between the first and the second use of a one-time token, in milliseconds. The promise is that the second use is refused.
 * With this delay, a service may record the first use slightly late, but must not soon forget the first use.
 */
const LATER_MS = 1500;

const readonly = ({ lifetimeS }: TrialContext) =>
  mintQuery({ access: 'readonly', lifetimeS, oneTime: true });
const readwrite = ({ lifetimeS }: TrialContext) =>
  mintQuery({ access: 'readwrite', lifetimeS, oneTime: true });
/** The query for a one-time token. The access is not set, because a read works with any access. */
const once = ({ lifetimeS }: TrialContext) => mintQuery({ lifetimeS, oneTime: true });
const often = ({ lifetimeS }: TrialContext) => mintQuery({ lifetimeS, oneTime: false });

type Attempt = (minted: TriedToken) => Promise<Verdict<null>>;

/** Checks that the service refuses an attempt with a token. For comparison, makes the same attempt with a readwrite token. */
async function expectScope(
  trial: TrialContext,
  query: Query,
  attempt: Attempt,
  isPossible: (control: Verdict<null>) => boolean,
): Promise<Finding> {
  const minted = await trial.mint(query);
  const verdict = await attempt(minted);
  if (verdict.accepted) return { kept: false, observed: inWords(verdict) };
  if (verdict.refused !== 'closed') requireAboutToken(verdict);
  requireInTime(trial, minted, query);
  const control = await attempt(await trial.mint(readwrite(trial), 'readwrite, for comparison'));
  if (!isPossible(control)) {
    const reason = `with a readwrite token, the request was also ${inWords(control)}`;
    throw new SkippedTrial(reason, control.accepted ? null : control.error);
  }
  return { kept: true, observed: inWords(verdict) };
}

const expectNoSession = (trial: TrialContext, query: Query) =>
  expectScope(
    trial,
    query,
    ({ token }) => trial.openSession(token),
    ({ accepted }) => accepted,
  );

const expectNoTranscription = (trial: TrialContext) =>
  expectScope(
    trial,
    readonly(trial),
    ({ token }) => trial.transcribe(token),
    // The request demands a duration that no audio has, so that nothing is transcribed. If the service rejects the request
    // because of this duration, the service has accepted the token.
    (control) => control.accepted || control.refused === 'request',
  );

/**
 * Checks that the service refuses every attempt. Each attempt uses a new token in a wrong way. First checks that the service
 * accepts a read with another token that has the same options.
 */
async function expectRefusal(trial: TrialContext, query: Query, attempts: readonly Attempt[]) {
  const twin = await trial.mint(query, 'a second token');
  const use = await trial.list(twin.token, 'the second token');
  if (!use.accepted) requireInTime(trial, twin, query);
  requireAccepted(use, 'a request with another token');
  const verdicts: Verdict<null>[] = [];
  for (const attempt of attempts) verdicts.push(await attempt(await trial.mint(query)));
  const wrong = verdicts.find(({ accepted }) => accepted);
  const shown = wrong ?? verdicts[0];
  return { kept: !wrong, observed: shown ? inWords(shown) : '' };
}

async function expectAcceptance(
  trial: TrialContext,
  query: Query,
  attempt: Attempt,
): Promise<Finding> {
  const minted = await trial.mint(query);
  const verdict = await attempt(minted);
  requireAboutToken(verdict);
  if (!verdict.accepted) requireInTime(trial, minted, query);
  return { kept: verdict.accepted, observed: inWords(verdict) };
}

const expectRead = (trial: TrialContext, query: Query) =>
  expectAcceptance(trial, query, ({ token }) => trial.list(token));

/** Uses a token twice, and checks whether the second use is accepted. */
async function useTwice(
  trial: TrialContext,
  query: Query,
  {
    isGoodTwice = false,
    laterMs = 0,
    first = (token: TriedToken) => trial.list(token.token, 'first use'),
  },
): Promise<Finding> {
  const minted = await trial.mint(query);
  const use = await first(minted);
  if (!use.accepted) requireInTime(trial, minted, query);
  requireAccepted(use, 'the first use');
  if (laterMs > 0) await trial.sleepUntil(trial.context.clock.monotonic() + laterMs);
  const second = await trial.list(minted.token, 'second use');
  requireAboutToken(second);
  if (!second.accepted) requireInTime(trial, minted, query);
  return { kept: second.accepted === isGoodTwice, observed: `second use ${inWords(second)}` };
}

async function race(trial: TrialContext): Promise<Finding> {
  for (let round = 1; round <= RACE_COUNT; round += 1) {
    const minted = await trial.mint(once(trial));
    const verdicts = await trial.ask((trials) => {
      const read = () => trials.list(asToken(minted.token), 'one of two requests at the same time');
      return Promise.all([read(), read()]);
    }, 2);
    for (const verdict of verdicts) requireAboutToken(verdict);
    const good = verdicts.filter(({ accepted }) => accepted).length;
    if (good === 0) requireInTime(trial, minted, once(trial));
    if (good !== 1) {
      const observed =
        good === 0 ? 'neither of the two requests was accepted' : 'both requests were accepted';
      return { kept: false, observed };
    }
  }
  return {
    kept: true,
    observed: `each of ${RACE_COUNT} tokens worked in only one of two requests`,
  };
}

export const TRIALS: Readonly<Record<PromiseId, Trial>> = {
  'default-readonly': (trial) => expectNoSession(trial, {}),
  'default-one-time': (trial) => useTwice(trial, {}, {}),
  'readonly-reads': (trial) => expectRead(trial, readonly(trial)),
  'readonly-no-session': (trial) => expectNoSession(trial, readonly(trial)),
  'readonly-no-transcription': expectNoTranscription,
  'readwrite-reads': (trial) => expectRead(trial, readwrite(trial)),
  'readwrite-session': (trial) =>
    expectAcceptance(trial, readwrite(trial), ({ token }) => trial.openSession(token)),
  'one-time-once': (trial) => useTwice(trial, once(trial), { laterMs: LATER_MS }),
  'one-time-race': race,
  'one-time-session': (trial) =>
    useTwice(trial, readwrite(trial), {
      first: ({ token }) => trial.openSession(token, 'first use'),
    }),
  reusable: (trial) => useTwice(trial, often(trial), { isGoodTwice: true }),
  'no-minting': (trial) =>
    expectRefusal(trial, readwrite(trial), [
      async ({ token }) => {
        const verdict = await trial.ask((trials) =>
          trials.mint(asToken(token), readonly(trial), 'with a token'),
        );
        return verdict.accepted ? { ...verdict, value: null } : verdict;
      },
    ]),
  'no-query': (trial) =>
    expectRefusal(
      trial,
      once(trial),
      TOKEN_PARAMETERS.map(
        (name) =>
          ({ token }) =>
            trial.ask((trials) => trials.listByUrl(token, name)),
      ),
    ),
  'no-bare': (trial) =>
    expectRefusal(trial, once(trial), [
      ({ token }) =>
        trial.ask((trials) =>
          trials.list({ kind: 'key', secret: token }, 'token without "Bearer"'),
        ),
    ]),
  'tokens-distinct': (trial) => tryDistinct(trial, readonly(trial)),
  'tokens-long': (trial) => tryLong(trial, readonly(trial)),
  ...LIFETIME_TRIALS,
  transport: tryTransport,
};
