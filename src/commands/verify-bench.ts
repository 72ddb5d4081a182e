import { type Deadline, startDeadline } from '../api/deadline';
import type { Query } from '../api/rest';
import { withRetries } from '../api/retry';
import { createTrials, type Exchange, type TriedToken, type Verdict } from '../api/trials';
import type { HttpResponse } from '../context';
import type { Gate } from '../core/gate';
import type { Secret } from '../core/secret';
import type { CommandContext } from './define';
import { chooseAudio } from './test-audio';
import { inWords, Untried } from './verify-trial';

/** What every promise of a run shares. */
export interface Laboratory {
  readonly context: CommandContext;
  readonly key: Secret;
  readonly gate: Gate;
  readonly measures: Measures;
  warn(text: string): void;
}

/** What was measured on the way; times in milliseconds. */
export interface Measures {
  /** The longest time between a request and its answer. */
  roundTripMs: number;
  /** How far the service's clock is ahead of this machine's; null when it does not say. */
  clockOffsetMs: number | null;
}

/** Where one promise is put to the test, with a deadline and evidence of its own. */
export interface Bench extends Laboratory {
  readonly deadline: Deadline;
  readonly evidence: readonly Exchange[];
  note(exchange: Exchange): void;
  /** Mints with the API key. */
  tryMint(query: Query, note?: string): Promise<Verdict<TriedToken>>;
  /** Mints a token to throw away. @throws Untried when it is refused */
  mint(query: Query, note?: string): Promise<TriedToken>;
  /** Mints with a token in the place of the API key. */
  mintWith(token: Secret, query: Query): Promise<Verdict<TriedToken>>;
  list(token: Secret, note?: string): Promise<Verdict<null>>;
  listBare(token: Secret): Promise<Verdict<null>>;
  listByUrl(token: Secret): Promise<Verdict<null>>;
  /** Two reads at the same instant. */
  readTwice(token: Secret): Promise<readonly [Verdict<null>, Verdict<null>]>;
  transcribe(token: Secret): Promise<Verdict<null>>;
  openSession(token: Secret, note?: string): Promise<Verdict<null>>;
  openLiveSession: ReturnType<typeof createTrials>['openLiveSession'];
  /** @param moment in milliseconds on the clock that never jumps */
  sleepUntil(moment: number): Promise<void>;
}

/** Far more than the longest wait, for a service that stopped answering. */
const PROMISE_MS = 45_000;

export function openBench(laboratory: Laboratory): Bench {
  const { context, key, gate, measures, warn } = laboratory;
  const { clock, random, http, connect, notes } = context;
  const { apiServer } = context.target;
  const deadline = startDeadline(context, PROMISE_MS);
  const { signal } = deadline;
  const evidence: Exchange[] = [];
  const note = (exchange: Exchange) => void evidence.push(exchange);
  const audio = { argument: undefined, env: {}, apiServer, expect: undefined, maxDurationS: 1 };
  const { url } = chooseAudio(audio);

  const measure = ({ headers }: HttpResponse, sentAt: number) => {
    const roundTripMs = clock.monotonic() - sentAt;
    measures.roundTripMs = Math.max(measures.roundTripMs, roundTripMs);
    const date = Date.parse(headers['date'] ?? '');
    if (Number.isNaN(date)) return;
    measures.clockOffsetMs ??= Math.round(date - (clock.now() - roundTripMs / 2));
  };
  const trials = createTrials({
    ...{ http, connect, clock, signal, apiServer, warn },
    trace: (line) => notes.trace(line),
    onExchange: note,
    onAnswer: measure,
  });
  const asToken = (secret: Secret) => ({ kind: 'token', secret }) as const;
  const tryMint: Bench['tryMint'] = (query, note) =>
    withRetries(() => gate.pass(() => trials.mint({ kind: 'key', secret: key }, query, note)), {
      clock,
      random,
      signal,
      deadline: deadline.at(),
    });

  return {
    ...laboratory,
    deadline,
    evidence,
    note,
    tryMint,
    async mint(query, note) {
      const verdict = await tryMint(query, note);
      if (verdict.accepted) return verdict.value;
      throw new Untried(`the mint was ${inWords(verdict)}`, verdict.error);
    },
    mintWith: (token, query) => gate.pass(() => trials.mint(asToken(token), query, 'with a token')),
    list: (token, note) => gate.pass(() => trials.list(asToken(token), note)),
    listBare: (token) =>
      gate.pass(() => trials.list({ kind: 'key', secret: token }, 'token without its scheme')),
    listByUrl: (token) => gate.pass(() => trials.listByUrl(token)),
    readTwice: (token) =>
      gate.pass(() => {
        const read = () => trials.read(asToken(token), 'two at once');
        return Promise.all([read(), read()]);
      }, 2),
    transcribe: (token) => gate.pass(() => trials.transcribe(asToken(token), url)),
    openSession: (token, note) => gate.pass(() => trials.openSession(token, url, note)),
    openLiveSession: (token) => trials.openLiveSession(token),
    sleepUntil: (moment) => clock.sleep(Math.max(0, moment - clock.monotonic()), signal),
  };
}
