import { PATHS } from '../api/protocol';
import { emptyBilling } from './account';
import { type Answer, dataAnswer } from './answers';
import { faultRefusal } from './faults';
import { languagesFrom, parseUrlJob } from './jobs';
import { Refusal } from './refusal';
import type { Use } from './rules';
import type { Service } from './service';
import type { Session } from './sessions';

interface Call {
  readonly service: Service;
  readonly query: URLSearchParams;
  /** What stands at `:id` in the path; empty where there is no such place. */
  readonly id: string;
}

/** One REST call. The log names a request by its pattern, since a path can hold anything. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly pattern: string;
  readonly use: Use;
  answer(call: Call): Answer;
}

function mint({ service, query }: Call): Answer {
  const fault = service.faults.take('mint');
  if (fault) throw faultRefusal(fault);
  const token = service.tokens.mint(service.rules.wanted(query));
  service.countMint();
  return dataAnswer(token);
}

function findSession({ service, id }: Call): Session {
  const session = service.sessions.find(id);
  if (!session?.isStarted()) throw new Refusal(404, 'there is no such transcription');
  return session;
}

/** A transcription in the list: all that is known but its text. */
function summarise(session: Session): unknown {
  const { id, operation, status, duration, start, end, ...rest } = session.details();
  const { polyglot_id, url, keywords = null } = rest;
  return { id, operation, status, duration, start, end, polyglot_id, url, keywords };
}

function listTranscriptions({ service }: Call): Answer {
  return dataAnswer(service.sessions.started().map(summarise));
}

function transcribe({ service, query }: Call): Answer {
  const session = service.sessions.create(parseUrlJob(query));
  service.start(session);
  const status = 'processing';
  return dataAnswer({ id: session.id, status }, status);
}

function translate(call: Call): Answer {
  const session = findSession(call);
  const languages = languagesFrom(call.query, 'languages');
  if (languages.length === 0) throw new Refusal(400, 'languages are missing');
  session.addLanguages(languages);
  return dataAnswer(session.details());
}

function stopLive(call: Call): Answer {
  const session = findSession(call);
  if (session.job.kind !== 'live') throw new Refusal(400, 'this transcription is not live');
  call.service.live.stop(session);
  return dataAnswer(session.details(), session.latest().status);
}

function route(method: Route['method'], pattern: string, use: Use, answer: Route['answer']): Route {
  return { method, pattern, use, answer };
}

/** A call that looks at something, unless a fault keeps that from it. */
const read = (pattern: string, answer: Route['answer'], use: Use = 'read') =>
  route('GET', pattern, use, (call) => {
    const fault = call.service.faults.take('read');
    if (fault) throw faultRefusal(fault);
    return answer(call);
  });

const ROUTES: readonly Route[] = [
  route('GET', PATHS.generateToken, 'mint', mint),
  read(PATHS.transcriptions, listTranscriptions, 'list'),
  read(`${PATHS.transcriptions}/:id`, (call) => dataAnswer(findSession(call).details())),
  route('POST', PATHS.transcribeUrl, 'transcribe', transcribe),
  route('POST', '/transcription/:id/translate', 'transcribe', translate),
  route('PATCH', '/live/transcribe/:id/stop', 'transcribe', stopLive),
  read(PATHS.billing, ({ service }) => dataAnswer(emptyBilling(service.clock.now()))),
  read(PATHS.polyglot, () => dataAnswer([])),
  read(`${PATHS.polyglot}/:id`, () => {
    throw new Refusal(404, 'there is no such polyglot session');
  }),
];

function matchPath(pattern: string, path: string): { readonly id: string } | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const at = wanted.indexOf(':id');
  const fits = wanted.every((part, index) =>
    index === at ? given[index] !== '' : part === given[index],
  );
  return fits ? { id: given[at] ?? '' } : null;
}

/** The call that a request makes, or null when there is none. */
export function findRoute(method: string, path: string): { route: Route; id: string } | null {
  for (const candidate of ROUTES) {
    const match = candidate.method === method ? matchPath(candidate.pattern, path) : null;
    if (match) return { route: candidate, id: match.id };
  }
  return null;
}

/** @throws Refusal, once a one-time token is spent too */
export function answerCall(
  found: { readonly route: Route; readonly id: string },
  request: { readonly authorization: string | undefined; readonly query: URLSearchParams },
  service: Service,
): Answer {
  service.tokens.authorize({ ...request, use: found.route.use });
  return found.route.answer({ service, query: request.query, id: found.id });
}
