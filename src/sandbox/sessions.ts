import { randomUUID } from 'node:crypto';
import type { Envelope, Status, TimelineItem, TranscriptionData } from '../api/protocol';
import type { Clock } from '../context/clock';
import type { Extras } from './extras';
import { type Job, MAX_LANGUAGES } from './jobs';
import type { Limits } from './limits';
import { Refusal } from './refusal';

/** A transcription's new state. Whatever is left out stays as it was. */
export interface Change {
  readonly status: Status;
  readonly progress?: number;
  readonly timeline?: readonly TimelineItem[];
  readonly durationS?: number;
  readonly refusal?: Refusal;
  /** With `done` only. */
  readonly extras?: Extras;
}

/** A transcription as REST tells it. What is not known yet is absent. */
export interface TranscriptionDetails
  extends Omit<TranscriptionData, 'end' | 'flags' | 'progress'> {
  readonly end?: string;
  /** In seconds. */
  readonly duration?: number;
  readonly url?: string;
}

export type SessionMessage = Envelope<TranscriptionData>;
type Listener = (message: SessionMessage) => void;

/** One transcription: from the moment that it is asked for until it is read for the last time. */
export interface Session {
  readonly id: string;
  readonly job: Job;
  isStarted(): boolean;
  isFinished(): boolean;
  /** Why it failed, if it did. */
  refusal(): Refusal | null;
  isWatched(): boolean;
  /** Characters of its transcript. */
  textLength(): number;
  begin(): void;
  update(change: Change): void;
  /** @throws Refusal 400 when there are too many */
  addLanguages(languages: readonly string[]): void;
  latest(): SessionMessage;
  details(): TranscriptionDetails;
  /** Hands every later message to the listener; the returned function ends that. */
  watch(listener: Listener): () => void;
}

const isFinal = (status: Status) => status === 'done' || status === 'error';

/** Placeholders that nobody takes for translations. */
function translated(item: TimelineItem, languages: ReadonlySet<string>): TimelineItem {
  if (languages.size === 0) return item;
  const entries = [...languages].map((code) => [code, `[${code}] ${item.text}`]);
  return { ...item, translations: Object.fromEntries(entries) };
}

function createSession(job: Job, clock: Pick<Clock, 'now'>): Session {
  const id = randomUUID();
  const listeners = new Set<Listener>();
  const languages = new Set(job.kind === 'live' ? job.translations : []);
  const timestamp = () => new Date(clock.now()).toISOString();
  let state: Change = { status: 'waiting' };
  let textLength = 0;
  let started = false;
  let start = timestamp();
  let end: string | null = null;

  const data = (): TranscriptionData => ({
    id,
    status: state.status,
    operation: job.kind === 'live' ? 'transcription-live' : 'transcription-prerecorded',
    start,
    end,
    flags: started ? { started: true } : null,
    ...(job.kind === 'live' ? { polyglot_id: job.polyglotId } : { progress: state.progress ?? 0 }),
    timeline: (state.timeline ?? []).map((item) => translated(item, languages)),
    ...(state.status === 'done' && state.extras),
  });
  const latest = (): SessionMessage => ({
    status: state.status,
    data: data(),
    ...(state.refusal && { http_code: state.refusal.httpCode, error: state.refusal.message }),
  });
  const tell = () => {
    const message = latest();
    for (const listener of [...listeners]) listener(message);
  };

  return {
    id,
    job,
    isStarted: () => started,
    isFinished: () => isFinal(state.status),
    refusal: () => state.refusal ?? null,
    isWatched: () => listeners.size > 0,
    textLength: () => textLength,
    begin() {
      started = true;
      start = timestamp();
    },
    update(change) {
      // Work that goes on after its session was ended, as where its token expired, changes nothing any more.
      if (isFinal(state.status)) return;
      state = { ...state, ...change };
      textLength = (state.timeline ?? []).reduce((sum, { text }) => sum + text.length, 0);
      if (isFinal(state.status)) end = timestamp();
      tell();
    },
    addLanguages(codes) {
      const wanted = new Set([...languages, ...codes]);
      if (wanted.size > MAX_LANGUAGES) throw new Refusal(400, 'too many languages');
      for (const code of wanted) languages.add(code);
      if (started && !isFinal(state.status)) tell();
    },
    latest,
    details() {
      const { flags, progress, end: ended, ...rest } = data();
      return {
        ...rest,
        ...(ended !== null && { end: ended }),
        ...(state.durationS !== undefined && { duration: state.durationS }),
        polyglot_id: job.kind === 'live' ? job.polyglotId : null,
        ...(job.kind === 'url' && { url: job.url }),
      };
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export interface Sessions {
  /** @throws Refusal 503 when there are too many that are not finished */
  create(job: Job): Session;
  /** The unfinished session of the same URL request, else a new one. Two live streams never mix. */
  enter(job: Job): Session;
  find(id: string): Session | null;
  /** Those that were started, the newest first. */
  started(): readonly Session[];
  /** Lets go of the oldest finished sessions when there are too many, or too much in them. */
  prune(): void;
  /** Lets go of a session that nobody watches and nobody started. */
  release(session: Session): void;
  /** How many there have ever been. */
  count(): number;
}

export function createSessions(clock: Pick<Clock, 'now'>, limits: Limits): Sessions {
  const sessions = new Map<string, Session>();
  let count = 0;

  const finished = () => [...sessions.values()].filter((session) => session.isFinished());

  const create = (job: Job) => {
    if (sessions.size - finished().length >= limits.sessions) {
      throw new Refusal(503, 'the sandbox holds too many sessions');
    }
    const session = createSession(job, clock);
    sessions.set(session.id, session);
    count += 1;
    return session;
  };

  return {
    create,
    prune() {
      let textLength = 0;
      for (const [age, session] of finished().reverse().entries()) {
        textLength += session.textLength();
        if (age >= limits.transcriptions || textLength > limits.allTextLength) {
          sessions.delete(session.id);
        }
      }
    },
    enter(job) {
      const options = JSON.stringify(job);
      const same = [...sessions.values()].find(
        (session) => !session.isFinished() && JSON.stringify(session.job) === options,
      );
      return job.kind === 'url' && same ? same : create(job);
    },
    find: (id) => sessions.get(id) ?? null,
    started: () => [...sessions.values()].filter((session) => session.isStarted()).reverse(),
    release(session) {
      if (!session.isStarted() && !session.isWatched()) sessions.delete(session.id);
    },
    count: () => count,
  };
}
