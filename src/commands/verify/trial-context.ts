import type { Query } from '../../api/rest';
import { withRetries } from '../../api/retry';
import { createTrials, type Exchange, type Trials, type TriedToken } from '../../api/trials';
import type { HttpResponse } from '../../context/http';
import { CliError } from '../../core/errors';
import { PROMISE_IDS, type PromiseId, promiseOf } from '../../core/promises';
import { sampleUrl } from '../../core/sample-clips';
import type { Secret } from '../../core/secret';
import { describeMinting } from '../../credentials/record-tokens';
import { startDeadline } from '../../network/deadline';
import type { TrialContext, VerificationRun } from './trial';
import { inWords, optionsIn, SkippedTrial } from './trial';

/** The time limit of one request, in milliseconds. */
const PATIENCE_MS = 25_000;
const MIN_PAUSE_MS = 1000;
export const RATE_LIMIT_ATTEMPTS = 6;
const MIN_LIFETIME_S = 30;
const URGENT: readonly string[] = ['Defaults', 'Lifetime'];

export const asToken = (secret: Secret) => ({ kind: 'token', secret }) as const;

/**
 * Opens the context in which one promise of the service is tested.
 * @param id the promise; null for the first mint, before any promise is tested
 */
export function openTrialContext(
  verification: VerificationRun,
  id: PromiseId | null,
): TrialContext {
  const { context, key, semaphore, measures, seen, warn } = verification;
  const { clock, random, secrets, signal, deadline, http, connect, notes, target, ledger } =
    context;
  const { apiServer } = target;
  const evidence: Exchange[] = [];
  /**
   * Whether the requests that test this promise of the service are sent before other waiting requests. True for the promises
   * about defaults and lifetimes, because their tokens expire within seconds.
   */
  const isUrgent = id !== null && URGENT.includes(promiseOf(id).group);
  const note = (exchange: Exchange) => void evidence.push(exchange);
  const url = sampleUrl(apiServer);

  const measure = ({ headers }: HttpResponse, sentAt: number) => {
    const roundTripMs = clock.monotonic() - sentAt;
    measures.roundTripMs = Math.max(measures.roundTripMs, roundTripMs);
    const date = Date.parse(headers['date'] ?? '');
    if (Number.isNaN(date)) return;
    measures.clockOffsetMs ??= Math.round(date - (clock.now() - roundTripMs / 2));
  };
  const sleepUntil = async (moment: number) => {
    const ms = moment - clock.monotonic();
    if (ms > 0) await clock.sleep(ms, signal);
  };

  const trialsWithin = (within: AbortSignal) =>
    createTrials({
      ...{ http, connect, clock, secrets, apiServer, warn, signal: within },
      trace: notes.trace,
      onExchange: note,
      onAnswer: measure,
    });

  async function requestOnce<Value>(request: (trials: Trials) => Promise<Value>): Promise<Value> {
    const { pause } = measures;
    if (pause && pause.until >= deadline.at()) throw pause.error;
    if (pause) await sleepUntil(pause.until);
    const patience = startDeadline({ clock, signal }, PATIENCE_MS);
    try {
      return await request(trialsWithin(patience.signal));
    } catch (thrown) {
      throw isOwn(thrown, patience.signal) ? noAnswer() : thrown;
    } finally {
      patience.cancel();
    }
  }

  const isOwn = (thrown: unknown, within: AbortSignal) =>
    thrown === within.reason && !signal.aborted;

  const ask: TrialContext['ask'] = async (request, weight = 1) => {
    try {
      return await semaphore.run(() => requestOnce(request), { weight, isUrgent });
    } catch (thrown) {
      if (isRateLimited(thrown)) {
        const until = clock.monotonic() + Math.max(MIN_PAUSE_MS, thrown.retryAfterMs ?? 0);
        if (until > (measures.pause?.until ?? 0)) measures.pause = { until, error: thrown };
      }
      throw thrown;
    }
  };

  const mintOnce = async (query: Query, what: string | undefined) => {
    for (let burst = 1; ; burst += 1) {
      try {
        return await ask((trials) => trials.mint({ kind: 'key', secret: key }, query, what));
      } catch (thrown) {
        if (!isRateLimited(thrown) || burst === RATE_LIMIT_ATTEMPTS) throw thrown;
      }
    }
  };

  const noteToken = ({ token, sentAt }: TriedToken, query: Query) => {
    const options = optionsIn(query);
    // The ledger does not record tokens of a sandbox. It also does not record a token whose lifetime is not a number, because the
    // expiry of such a token is unknown.
    if (target.sandbox || Number.isNaN(options.lifetimeS)) return;
    const sentAtWall = clock.now() - (clock.monotonic() - sentAt);
    ledger.minted(token, describeMinting(context, target, options, sentAtWall));
  };

  const tryMint: TrialContext['tryMint'] = async (query, what) => {
    const warn = (text: string) => context.notes.note(text);
    const retrying = { clock, random, signal, deadline: deadline.at(), warn };
    const verdict = await withRetries(() => mintOnce(query, what), retrying);
    if (verdict.accepted) noteToken(verdict.value, query);
    return verdict;
  };

  return {
    ...verification,
    evidence,
    lifetimeS: MIN_LIFETIME_S + (id === null ? 0 : PROMISE_IDS.indexOf(id)),
    note,
    ask,
    tryMint,
    sleepUntil,
    async mint(query, what) {
      const verdict = await tryMint(query, what);
      if (!verdict.accepted)
        throw new SkippedTrial(`the request to mint was ${inWords(verdict)}`, verdict.error);
      const text = verdict.value.token.reveal();
      if (seen.has(text)) throw new SkippedTrial('the service minted the same token twice');
      seen.add(text);
      return verdict.value;
    },
    list: (token, what) => ask((trials) => trials.list(asToken(token), what)),
    transcribe: (token) => ask((trials) => trials.transcribe(asToken(token), url)),
    openLiveSession: (token) => trialsWithin(signal).openLiveSession(token),
    openSession: (token, what) => ask((trials) => trials.openSession(token, url, what)),
  };
}

export function isRateLimited(thrown: unknown): thrown is CliError {
  return thrown instanceof CliError && thrown.code === 'rate_limited';
}

function noAnswer(): CliError {
  return new CliError('timeout', `There was no answer within ${PATIENCE_MS / 1000} s.`, {
    hint: 'Try again. Use --verbose to see which request got no answer.',
  });
}
