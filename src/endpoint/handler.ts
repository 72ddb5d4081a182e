import {
  type Answer,
  answerOf,
  failureOutcome,
  grantOutcome,
  type Outcome,
  PREFLIGHT,
} from './answer';
import { type Authorization, readAuthorization } from './authorization';
import { requireSmallBody } from './body';
import { callSafely, clientOf, isThenable, withTimeout } from './callbacks';
import { createCallerLimit } from './caller-limit';
import { corsHeaders, originForLog, requireAllowedOrigin } from './origin-policy';
import { createRateLimit, type RateLimit } from './rate-limit';
import { EndpointRefusal } from './refusal';
import {
  type Handler,
  INTERNAL,
  type InternalContext,
  isObject,
  isRequest,
  NO_REQUEST,
} from './request-context';
import { readRequestedOptions } from './requested-options';
import type { AuthorizeContext, CallerRate, EndpointRules } from './rules';
import { webGlobals } from './web-globals';

const APPLICATION_TIMEOUT_MS = 10_000;

type AnswerFunction = (request: unknown, context?: unknown) => Promise<Answer>;

/**
 * For each handler: a function that returns the answer as a plain object. `toNodeListener` calls this function instead of the
 * handler, because creating a Response takes longer.
 */
const answerFunctions = new WeakMap<Handler, AnswerFunction>();

/** Returns the function that answers with a plain object. Null if `createHandler` did not create the handler. */
export function answerFunctionOf(handle: Handler): AnswerFunction | null {
  return answerFunctions.get(handle) ?? null;
}

/**
 * Creates the token endpoint. Unauthorised requests are refused first, so that they do not count for the rate limits of tokens.
 * The promise of the handler never rejects, even if the arguments are wrong.
 */
export function createHandler(rules: EndpointRules): Handler {
  const { clock, ceiling, maxAtOnce, limitPerCaller, mintMs = APPLICATION_TIMEOUT_MS } = rules;
  const newRateLimit = () => (rules.ratePerMin ? createRateLimit(rules.ratePerMin, clock) : null);
  const grants = newRateLimit();
  const failures = newRateLimit();
  const callers = limitPerCaller && createCallerLimit(limitPerCaller.perMin, clock);
  const report = (error: unknown) => callSafely(rules.report, error);
  let atOnce = 0;

  async function outcomeOf(
    request: Request,
    context: InternalContext,
    logFields: LogFields,
  ): Promise<Outcome> {
    if (rules.path !== null && new URL(request.url).pathname !== rules.path) {
      throw new EndpointRefusal('not_found');
    }
    requireSmallBody(request);
    const page = requireAllowedOrigin(request, rules);
    if (request.method === 'OPTIONS') {
      if (page === null) throw new EndpointRefusal('origin_not_allowed');
      return PREFLIGHT;
    }
    if (request.method !== 'GET' && request.method !== 'POST') {
      throw new EndpointRefusal('method_not_allowed');
    }
    const raw = context.raw ?? request;
    const authorization = await authorizeCaller(request, { raw, isPage: page !== null });
    logFields.label = authorization.label;
    // `maxAtOnce` limits the tokens that are minted at the same time. A request counts only after its options were read, because
    // a client that sends a slow body must not block other requests.
    const options = await readRequestedOptions(
      { request, clock, body: context.body, readBody: context[INTERNAL]?.readBody },
      authorization.ceiling,
    );
    const caller = limitPerCaller && callers?.(await keyOf(limitPerCaller, request, raw));
    if (atOnce >= maxAtOnce) throw new EndpointRefusal('busy', { retryAfterMs: 1000 });
    const taken = takeAll([caller, grants]);
    atOnce += 1;
    try {
      const mint = (signal: AbortSignal, end: number) => rules.mint(options, signal, end);
      const client = context[INTERNAL]?.client ?? clientOf(request);
      return grantOutcome(options, await withTimeout(mint, { clock, ms: mintMs, client }));
    } catch (error) {
      for (const limit of taken) limit.refund();
      throw error;
    } finally {
      atOnce -= 1;
    }
  }

  async function authorizeCaller(
    request: Request,
    extra: AuthorizeContext,
  ): Promise<Authorization> {
    let answer: unknown;
    try {
      answer = await inTime(rules.authorize(request, extra));
    } catch (cause) {
      throw new EndpointRefusal('authentication_unavailable', { cause });
    }
    const authorization = readAuthorization(answer, ceiling);
    if (authorization) return authorization;
    if (answer !== false && answer !== null && answer !== undefined)
      report(new Error(INVALID_ANSWER));
    requireNoWait(failures?.take() ?? 0);
    throw new EndpointRefusal('unauthenticated');
  }

  async function keyOf(rate: CallerRate, request: Request, raw: unknown): Promise<string> {
    const key = await inTime(rate.keyOf(request, { raw }));
    const isNumber = typeof key === 'number' && !Number.isNaN(key);
    if (isNumber || (typeof key === 'string' && key !== '')) return String(key);
    throw new Error('keyOf of limitPerCaller must return a text or a number');
  }

  /** Returns the result of a callback of the application. If the result is a promise, waits at most APPLICATION_TIMEOUT_MS. */
  function inTime(value: unknown): unknown {
    return isThenable(value)
      ? withTimeout(() => value, { clock, ms: APPLICATION_TIMEOUT_MS })
      : value;
  }

  function outcomeOfError(thrown: unknown, request: Request): Outcome {
    const isRefusal = thrown instanceof EndpointRefusal;
    if (isRefusal && !('cause' in thrown.details)) return failureOutcome(thrown);
    // If the client has disconnected, the error is a result of the disconnect and is not reported.
    if (clientOf(request).hasLeft()) return failureOutcome(new EndpointRefusal('client_gone'));
    report(isRefusal ? thrown.details.cause : thrown);
    return failureOutcome(thrown);
  }

  async function answerRequest(request: Request, context: InternalContext): Promise<Answer> {
    const startedAt = clock.monotonic();
    const cors = corsHeaders(request, rules);
    const at = rules.log && new Date(clock.now());
    const logFields: LogFields = { label: null };
    const outcome = await outcomeOf(request, context, logFields).catch((thrown: unknown) =>
      outcomeOfError(thrown, request),
    );
    if (at) {
      const { status, code, detail } = outcome;
      const origin = originForLog(request, rules);
      const ms = Math.round(clock.monotonic() - startedAt);
      const entry = { at, method: request.method, status, code, ms, ...logFields, origin, detail };
      callSafely(rules.log, entry, report);
    }
    return answerOf(outcome, cors);
  }

  async function answer(request: unknown, context?: unknown): Promise<Answer> {
    try {
      if (!isRequest(request)) throw new EndpointRefusal('internal_error', { message: NO_REQUEST });
      return await answerRequest(request, isObject(context) ? context : {});
    } catch (error) {
      report(error);
      const isRefusal = error instanceof EndpointRefusal;
      return answerOf(failureOutcome(isRefusal ? error : new Error()), {});
    }
  }

  const handle: Handler = async (request, context) => {
    const { status, body, headers } = await answer(request, context);
    return new (webGlobals().Response)(body, { status, headers });
  };
  answerFunctions.set(handle, answer);
  return handle;
}

interface LogFields {
  label: string | null;
}

const INVALID_ANSWER =
  'authenticate must return true, false, or an object with at least one of access, lifetimeS, oneTime and label; any other value counts as false';

/**
 * Counts a request for every limit. If one limit is reached, the request counts for none of them.
 * @throws EndpointRefusal `too_many_requests`
 */
function takeAll(limits: readonly (RateLimit | null | undefined)[]): readonly RateLimit[] {
  const taken: RateLimit[] = [];
  for (const limit of limits) {
    const ms = limit?.take() ?? 0;
    if (ms > 0) for (const each of taken) each.refund();
    requireNoWait(ms);
    if (limit) taken.push(limit);
  }
  return taken;
}

function requireNoWait(ms: number): void {
  if (ms > 0) throw new EndpointRefusal('too_many_requests', { retryAfterMs: ms });
}
