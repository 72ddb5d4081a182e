import { type Admission, readAdmission } from './admission';
import {
  type Answer,
  answerOf,
  failureOutcome,
  grantOutcome,
  type Outcome,
  PREFLIGHT,
} from './answer';
import { requireSmallBody } from './body';
import { type Bucket, createBucket } from './bucket';
import { createCallerLimit } from './caller-limit';
import { corsHeaders, nameableOrigin, requireAllowedPage } from './doors';
import { type Handler, isObject, isRequest, NO_REQUEST, OWN, type OwnGiven } from './given';
import { callQuietly, clientOf, inTime, isThenable } from './guard';
import { EndpointRefusal } from './refusal';
import type { AdmitsExtra, CallerRate, EndpointRules } from './rules';
import { readWanted } from './wanted';
import { webGlobals } from './web-globals';

const APPLICATION_MS = 10_000;

type Answerer = (request: unknown, given?: unknown) => Promise<Answer>;

/** What `createHandler` made, by its handler: a server of Node.js needs no Response. */
const answerers = new WeakMap<Handler, Answerer>();

/** @returns null for a handler of somebody else's */
export function answererOf(handle: Handler): Answerer | null {
  return answerers.get(handle) ?? null;
}

/**
 * The token endpoint: the same rules wherever it is mounted. Unauthorised requests are refused first, so that they use up nothing
 * of the limits. The handler never rejects, whatever it is called with.
 */
export function createHandler(rules: EndpointRules): Handler {
  const { clock, ceiling, maxAtOnce, limitPerCaller, mintMs = APPLICATION_MS } = rules;
  const newBucket = () => (rules.ratePerMin ? createBucket(rules.ratePerMin, clock) : null);
  const grants = newBucket();
  const failures = newBucket();
  const callers = limitPerCaller && createCallerLimit(limitPerCaller.perMin, clock);
  const report = (error: unknown) => callQuietly(rules.report, error);
  let atOnce = 0;

  async function outcomeOf(request: Request, given: OwnGiven, heard: Heard): Promise<Outcome> {
    if (rules.path !== null && new URL(request.url).pathname !== rules.path) {
      throw new EndpointRefusal('not_found');
    }
    requireSmallBody(request);
    const page = requireAllowedPage(request, rules);
    if (request.method === 'OPTIONS') {
      if (page === null) throw new EndpointRefusal('origin_not_allowed');
      return PREFLIGHT;
    }
    if (request.method !== 'GET' && request.method !== 'POST') {
      throw new EndpointRefusal('method_not_allowed');
    }
    const raw = given.raw ?? request;
    const admission = await admit(request, { raw, isPage: page !== null });
    heard.label = admission.label;
    // A body may come slowly: until it is there, the request takes no place of others.
    const wanted = await readWanted(
      { request, clock, body: given.body, readBody: given[OWN]?.readBody },
      admission.ceiling,
    );
    const caller = limitPerCaller && callers?.(await keyOf(limitPerCaller, request, raw));
    if (atOnce >= maxAtOnce) throw new EndpointRefusal('busy', { retryAfterMs: 1000 });
    const taken = takeAll([caller, grants]);
    atOnce += 1;
    try {
      const mint = (signal: AbortSignal, end: number) => rules.mint(wanted, signal, end);
      const client = given[OWN]?.client ?? clientOf(request);
      return grantOutcome(wanted, await inTime(mint, { clock, ms: mintMs, client }));
    } catch (error) {
      for (const bucket of taken) bucket.giveBack();
      throw error;
    } finally {
      atOnce -= 1;
    }
  }

  async function admit(request: Request, extra: AdmitsExtra): Promise<Admission> {
    let answer: unknown;
    try {
      answer = await settled(rules.admits(request, extra));
    } catch (cause) {
      throw new EndpointRefusal('authentication_unavailable', { cause });
    }
    const admission = readAdmission(answer, ceiling);
    if (admission) return admission;
    if (answer !== false && answer !== null && answer !== undefined) report(new Error(NO_ANSWER));
    waitIfNeeded(failures?.take() ?? 0);
    throw new EndpointRefusal('unauthenticated');
  }

  async function keyOf(rate: CallerRate, request: Request, raw: unknown): Promise<string> {
    const key = await settled(rate.keyOf(request, { raw }));
    const isNumber = typeof key === 'number' && !Number.isNaN(key);
    if (isNumber || (typeof key === 'string' && key !== '')) return String(key);
    throw new Error('keyOf of limitPerCaller returned neither a text nor a number');
  }

  /** What an application answers, if it does in time. */
  function settled(value: unknown): unknown {
    return isThenable(value) ? inTime(() => value, { clock, ms: APPLICATION_MS }) : value;
  }

  function failed(thrown: unknown, request: Request): Outcome {
    const isRefusal = thrown instanceof EndpointRefusal;
    if (isRefusal && !('cause' in thrown.details)) return failureOutcome(thrown);
    // Nobody waits, and what was broken off for that is no problem.
    if (clientOf(request).hasLeft()) return failureOutcome(new EndpointRefusal('client_gone'));
    report(isRefusal ? thrown.details.cause : thrown);
    return failureOutcome(thrown);
  }

  async function answerRequest(request: Request, given: OwnGiven): Promise<Answer> {
    const begun = clock.monotonic();
    const cors = corsHeaders(request, rules);
    const at = rules.log && new Date(clock.now());
    const heard: Heard = { label: null };
    const outcome = await outcomeOf(request, given, heard).catch((thrown: unknown) =>
      failed(thrown, request),
    );
    if (at) {
      const { status, code, detail } = outcome;
      const origin = nameableOrigin(request, rules);
      const ms = Math.round(clock.monotonic() - begun);
      const entry = { at, method: request.method, status, code, ms, ...heard, origin, detail };
      callQuietly(rules.log, entry, report);
    }
    return answerOf(outcome, cors);
  }

  async function answer(request: unknown, given?: unknown): Promise<Answer> {
    try {
      if (!isRequest(request)) throw new EndpointRefusal('internal_error', { message: NO_REQUEST });
      return await answerRequest(request, isObject(given) ? given : {});
    } catch (error) {
      report(error);
      const isRefusal = error instanceof EndpointRefusal;
      return answerOf(failureOutcome(isRefusal ? error : new Error()), {});
    }
  }

  const handle: Handler = async (request, given) => {
    const { status, body, headers } = await answer(request, given);
    return new (webGlobals().Response)(body, { status, headers });
  };
  answerers.set(handle, answer);
  return handle;
}

interface Heard {
  label: string | null;
}

const NO_ANSWER =
  'authenticate returned neither true, false nor a ceiling of { access, lifetimeS, oneTime, label }: that counts as false';

/** Takes one of each, or none of any. @throws EndpointRefusal */
function takeAll(buckets: readonly (Bucket | null | undefined)[]): readonly Bucket[] {
  const taken: Bucket[] = [];
  for (const bucket of buckets) {
    const ms = bucket?.take() ?? 0;
    if (ms > 0) for (const each of taken) each.giveBack();
    waitIfNeeded(ms);
    if (bucket) taken.push(bucket);
  }
  return taken;
}

function waitIfNeeded(ms: number): void {
  if (ms > 0) throw new EndpointRefusal('too_many_requests', { retryAfterMs: ms });
}
