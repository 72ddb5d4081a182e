import { PATHS, REASONS } from '../api/protocol';
import type { SandboxStats } from '../context/servers';
import type { Secret } from '../core/secret';
import { createSemaphore } from '../core/semaphore';
import type { Faults } from './faults';
import { createLiveStreams, type LiveStreams } from './live/streams';
import type { LoggedRequest, RequestLog } from './log/request-log';
import { createPolyglots, type Polyglots } from './polyglot/polyglots';
import { Refusal } from './refusal';
import type { Rules } from './rules';
import { createSessions, type Session, type Sessions } from './sessions';
import { type Caller, createTokens, type Tokens } from './tokens';
import { type TranscriptionDependencies, transcribeUrl } from './transcribe';

/** The emulated service, for HTTP requests and WebSockets. */
export interface Service extends TranscriptionDependencies {
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly live: LiveStreams;
  readonly requestLog: RequestLog;
  readonly polyglots: Polyglots;
  readonly faults: Faults;
  readonly rules: Rules;
  /** The delay of every answer and session confirmation, in milliseconds. */
  readonly latencyMs: number;
  /**
   * Starts the billable work of a session.
   * @param caller the caller of a WebSocket; null or undefined if the work was started over REST
   */
  start(session: Session, caller?: Caller | null): void;
  countRequest(): void;
  countMint(): void;
  stats(): SandboxStats;
}

export interface ServiceOptions extends TranscriptionDependencies {
  readonly requestLog: RequestLog;
  readonly apiKey: Secret;
  readonly faults: Faults;
  readonly rules: Rules;
  readonly latencyMs: number;
}

export function createService(options: ServiceOptions): Service {
  const { clock, limits, faults, rules, apiKey, requestLog } = options;
  const sessions = createSessions(clock, limits);
  const live = createLiveStreams(options);
  const polyglots = createPolyglots();
  const semaphore = createSemaphore(limits.parallelWork);
  let requests = 0;
  let mints = 0;
  let starts = 0;

  const logEnd = (session: Session, logged: Omit<LoggedRequest, 'status'>) => {
    const stopWatching = session.watch(({ status }) => {
      if (!session.isFinished()) return;
      stopWatching();
      sessions.prune();
      const refusal = session.refusal();
      if (refusal) {
        const text = `(session ${session.id})`;
        requestLog.record({
          ...{ ...logged, status: refusal.httpCode, credential: null, refusal, text },
        });
      } else requestLog.note(`session ${session.id} ${status}`, { ...logged, status: 200 });
    });
  };

  const endWith = ({ expiresAt }: Caller, session: Session) =>
    clock.timer(expiresAt - clock.monotonic(), () => {
      if (session.isFinished()) return;
      session.update({ status: 'error', refusal: new Refusal(401, REASONS.tokenExpired) });
    });

  return {
    ...options,
    tokens: createTokens({ clock, apiKey, limits, faults, rules }),
    sessions,
    live,
    polyglots,
    start(session, caller) {
      session.begin();
      starts += 1;
      const path = session.job.kind === 'url' ? PATHS.transcribeUrl : PATHS.transcribeLive;
      const logged = { method: caller ? 'WS' : 'POST', path };
      requestLog.note(`session ${session.id} started`, { ...logged, status: 200 });
      logEnd(session, logged);
      polyglots.started(session);
      if (rules.endsSession() && caller) endWith(caller, session);
      const fault = faults.take('transcribe');
      if (session.job.kind === 'live') live.start(session, session.job, fault);
      else void transcribeUrl(session, session.job, fault, options, semaphore);
    },
    countRequest: () => {
      requests += 1;
    },
    countMint: () => {
      mints += 1;
    },
    stats: () => ({ requests, mints, sessions: sessions.count(), starts }),
  };
}
