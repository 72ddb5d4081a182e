import { REASONS } from '../api/protocol';
import type { SandboxStats } from '../context/servers';
import { createGate } from '../core/gate';
import type { Secret } from '../core/secret';
import type { Faults } from './faults';
import { createLiveStreams, type LiveStreams } from './live/streams';
import { Refusal } from './refusal';
import type { Rules } from './rules';
import { createSessions, type Session, type Sessions } from './sessions';
import { type Caller, createTokens, type Tokens } from './tokens';
import { transcribeUrl, type Workshop } from './transcribe';

/** What a sandbox has done since it started. */
/** The service behind both of its doors, HTTP and WebSocket. */
export interface Service extends Workshop {
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly live: LiveStreams;
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
  readonly apiKey: Secret;
  readonly faults: Faults;
  readonly rules: Rules;
  readonly latencyMs: number;
}

export function createService(options: ServiceOptions): Service {
  const { clock, limits, faults, rules, apiKey, log } = options;
  const sessions = createSessions(clock, limits);
  const live = createLiveStreams(options);
  const gate = createGate(limits.parallelWork);
  let requests = 0;
  let mints = 0;
  let starts = 0;

  const logEnd = (session: Session) => {
    const stopWatching = session.watch(({ status, http_code: code, error }) => {
      if (!session.isFinished()) return;
      stopWatching();
      sessions.prune();
      log(`session ${session.id} ${status}${code === undefined ? '' : ` ${code} ${error}`}`);
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
    start(session, caller) {
      session.begin();
      starts += 1;
      log(`session ${session.id} started`);
      logEnd(session);
      if (rules.endsWork && caller) endWith(caller, session);
      const fault = faults.take('transcribe');
      if (session.job.kind === 'live') live.start(session, session.job, fault);
      else void transcribeUrl(session, session.job, fault, options, gate);
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
