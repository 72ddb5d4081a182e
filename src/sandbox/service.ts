import { PATHS, REASONS } from '../api/protocol';
import type { SandboxStats } from '../context/servers';
import type { Secret } from '../core/secret';
import { createSemaphore } from '../core/semaphore';
import type { Faults } from './faults';
import { createLiveStreams, type LiveStreams } from './live/streams';
import type { Journal, Subject } from './log/journal';
import { createPolyglots, type Polyglots } from './polyglot/polyglots';
import { Refusal } from './refusal';
import type { Rules } from './rules';
import { createSessions, type Session, type Sessions } from './sessions';
import { type Caller, createTokens, type Tokens } from './tokens';
import { transcribeUrl, type Workshop } from './transcribe';

/** The service behind both of its doors, HTTP and WebSocket. */
export interface Service extends Workshop {
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly live: LiveStreams;
  readonly journal: Journal;
  readonly polyglots: Polyglots;
  readonly faults: Faults;
  readonly rules: Rules;
  /** Before every answer and confirmation, in milliseconds. */
  readonly latencyMs: number;
  /** Starts the billable work of a session that was not started yet. @param caller over WebSocket, who started it */
  start(session: Session, caller?: Caller | null): void;
  countRequest(): void;
  countMint(): void;
  stats(): SandboxStats;
}

export interface ServiceOptions extends Workshop {
  readonly journal: Journal;
  readonly apiKey: Secret;
  readonly faults: Faults;
  readonly rules: Rules;
  readonly latencyMs: number;
}

export function createService(options: ServiceOptions): Service {
  const { clock, limits, faults, rules, apiKey, journal } = options;
  const sessions = createSessions(clock, limits);
  const live = createLiveStreams(options);
  const polyglots = createPolyglots();
  const semaphore = createSemaphore(limits.parallelWork);
  let requests = 0;
  let mints = 0;
  let starts = 0;

  const logEnd = (session: Session, subject: Omit<Subject, 'status'>) => {
    const stopWatching = session.watch(({ status }) => {
      if (!session.isFinished()) return;
      stopWatching();
      sessions.prune();
      const refusal = session.refusal();
      if (refusal) {
        const text = `(session ${session.id})`;
        journal.record({
          ...{ ...subject, status: refusal.httpCode, credential: null, refusal, text },
        });
      } else journal.tell(`session ${session.id} ${status}`, { ...subject, status: 200 });
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
      const subject = { method: caller ? 'WS' : 'POST', path };
      journal.tell(`session ${session.id} started`, { ...subject, status: 200 });
      logEnd(session, subject);
      polyglots.started(session);
      if (rules.endsWork() && caller) endWith(caller, session);
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
