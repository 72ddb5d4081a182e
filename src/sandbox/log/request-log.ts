import type { Clock } from '../../context/clock';
import type { SandboxLog, SandboxRequest } from '../../context/servers';
import { isoTime } from '../../core/iso-time';
import type { Refusal } from '../refusal';
import { codeOf, reasonOf } from './reasons';

/** The request or session that a log line is about. */
export interface LoggedRequest {
  readonly method: string;
  /** The path as the log shows it, without secrets. */
  readonly path: string;
  readonly status: number;
}

/** A request that was answered or refused, or a session that failed. */
export interface LoggedEvent extends LoggedRequest {
  readonly credential: string | null;
  readonly options?: SandboxRequest['options'];
  /** Why the request was refused. Undefined if it was answered. */
  readonly refusal?: Refusal | undefined;
  /** Additional text at the end of the log line. */
  readonly text?: string | undefined;
}

/** Logs the requests of a sandbox, and stores the latest requests. */
export interface RequestLog {
  /** Logs a line with only the time and the text. The members of `logged` are only in the data of the entry. Stores nothing. */
  note(text: string, logged: LoggedRequest): void;
  opened(logged: LoggedRequest): void;
  /** Logs a refusal without storing it. */
  refused(refusal: Refusal, logged: Omit<LoggedRequest, 'status'>): void;
  /** Logs and stores a request. */
  record(event: LoggedEvent): void;
  /** Logs and stores a request that opens a session. After the first refused session, also logs a hint about the SDK. */
  recordSession(event: LoggedEvent): void;
  /** Returns the latest requests, the oldest first. */
  requests(): readonly SandboxRequest[];
  clear(): void;
}

export const MAX_REQUESTS = 1000;

const HINT =
  'hint: when a session is refused, connect() of the SDK never returns. Use your own timeout for connect().';

/** Returns the local time of day, such as `10:00:00`. */
const timeOf = (ms: number) => new Date(ms).toTimeString().slice(0, 8);

export function createRequestLog(clock: Pick<Clock, 'now'>, log: SandboxLog): RequestLog {
  const kept: SandboxRequest[] = [];
  let isHintGiven = false;

  const write = (
    text: string,
    { method, path, status }: LoggedRequest,
    code: string | null,
    message: string | null,
  ) => {
    const now = clock.now();
    log(`${timeOf(now)} ${text}`, { at: isoTime(now), method, path, status, code, message });
  };
  const named = ({ method, path, status }: LoggedRequest, text: string) =>
    `${method} ${path} ${status} ${text}`.trimEnd();
  const refused = (refusal: Refusal, logged: LoggedRequest, text = '') => {
    const reason = `${reasonOf(refusal)} ${text}`.trimEnd();
    write(named(logged, reason), logged, codeOf(refusal), reason);
  };
  const record = (event: LoggedEvent) => {
    const { method, path, status, credential, options, refusal, text = '' } = event;
    const code = refusal ? codeOf(refusal) : null;
    kept.push({
      ...{ at: isoTime(clock.now()), method, path, credential, status, code },
      ...(options && { options }),
    });
    if (kept.length > MAX_REQUESTS) kept.shift();
    if (refusal) refused(refusal, event, text);
    else write(named(event, text), event, null, null);
  };

  return {
    note: (text, logged) => write(text, logged, null, text),
    opened: (logged) => write(named(logged, ''), logged, null, null),
    refused: (refusal, logged) => refused(refusal, { ...logged, status: refusal.httpCode }),
    record,
    recordSession(event) {
      record(event);
      if (!event.refusal || isHintGiven) return;
      isHintGiven = true;
      write(HINT, event, 'connect_waits', HINT);
    },
    requests: () => [...kept],
    clear: () => kept.splice(0),
  };
}
