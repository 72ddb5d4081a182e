import { PATHS } from '../api/protocol';
import { emptyBilling } from './account';
import { type Answer, dataAnswer } from './answers';
import { faultRefusal } from './faults';
import { languagesFrom, parseUrlJob } from './jobs';
import { matchPath } from './match-path';
import { POLYGLOT_ROUTES } from './polyglot/routes';
import { Refusal } from './refusal';
import { type Call, type Route, read, route } from './route';
import type { Service } from './service';
import type { Session } from './sessions';

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

/** Returns a transcription without its text, for the list. */
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

export const ROUTES: readonly Route[] = [
  route('GET', PATHS.generateToken, 'mint', mint),
  read(PATHS.transcriptions, listTranscriptions, 'list'),
  read(`${PATHS.transcriptions}/:id`, (call) => dataAnswer(findSession(call).details())),
  route('POST', PATHS.transcribeUrl, 'transcribe', transcribe),
  route('POST', '/transcription/:id/translate', 'transcribe', translate),
  route('PATCH', '/live/transcribe/:id/stop', 'transcribe', stopLive),
  read(PATHS.billing, ({ service }) => dataAnswer(emptyBilling(service.clock.now()))),
  ...POLYGLOT_ROUTES,
];

/**
 * Returns the route of a request, or null for an unknown call. HEAD uses the route of GET, and Node.js leaves out the body (RFC
 * 9110, 9.3.2).
 */
export function findRoute(asked: string, path: string): { route: Route; id: string } | null {
  const method = asked === 'HEAD' ? 'GET' : asked;
  for (const candidate of ROUTES) {
    const match = candidate.method === method ? matchPath(candidate.pattern, path) : null;
    if (match) return { route: candidate, id: match.id };
  }
  return null;
}

/**
 * Authorizes and answers a request. A one-time token is spent even if the route then refuses the request.
 * @throws Refusal if the credentials or the request are not accepted
 */
export function answerCall(
  found: { readonly route: Route; readonly id: string },
  request: {
    readonly authorization: string | undefined;
    readonly query: URLSearchParams;
    readonly body: string;
  },
  service: Service,
): Answer | Promise<Answer> {
  const { authorization, query, body } = request;
  service.tokens.authorize({ authorization, query, use: found.route.use });
  return found.route.answer({ service, query, id: found.id, body });
}
