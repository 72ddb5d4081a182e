import { randomUUID } from 'node:crypto';
import type { Envelope, Status, TimelineItem, TranscriptionData } from '../api/protocol';
import type { Clock } from '../context/clock';
import type { Extras } from './extras';
import { type Job, MAX_LANGUAGES } from './jobs';
import type { Limits } from './limits';
import { Refusal } from './refusal';

/** A change of a transcription. Members that are missing stay unchanged. */
export interface Change {
  readonly status: Status;
  readonly progress?: number;
  readonly timeline?: readonly TimelineItem[];
  readonly durationS?: number;
  readonly refusal?: Refusal;
  /** Present only if the status is `done`. */
  readonly extras?: Extras;
}

/** A transcription as REST calls return it. Members without a value are left out. */
export interface TranscriptionDetails
  extends Omit<TranscriptionData, 'end' | 'flags' | 'progress'> {
  readonly end?: string;
  /** The duration of the audio, in seconds. */
  readonly duration?: number;
  readonly url?: string;
}

export type SessionMessage = Envelope<TranscriptionData>;
type Listener = (message: SessionMessage) => void;

/** One transcription, from its request until it is deleted. */
export interface Session {
  readonly id: string;
  readonly job: Job;
  isStarted(): boolean;
  isFinished(): boolean;
  /** Returns why the transcription failed. Null if it did not fail. */
  refusal(): Refusal | null;
  isWatched(): boolean;
  /** Returns the number of characters in the transcript. */
  textLength(): number;
  begin(): void;
  update(change: Change): void;
  /** @throws Refusal 400 if there would be more than MAX_LANGUAGES languages */
  addLanguages(languages: readonly string[]): void;
  latest(): SessionMessage;
  details(): TranscriptionDetails;
  /** Calls the listener with every later message. Returns a function that removes the listener. */
  watch(listener: Listener): () => void;
}

const isFinal = (status: Status) => status === 'done' || status === 'error';

/** Adds placeholder translations to an item, such as `[de] text`. */
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
  const notify = () => {
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
      // Work can continue after the session has ended, for example because a token expired. Such work changes nothing.
      if (isFinal(state.status)) return;
      state = { ...state, ...change };
      textLength = (state.timeline ?? []).reduce((sum, { text }) => sum + text.length, 0);
      if (isFinal(state.status)) end = timestamp();
      notify();
    },
    addLanguages(codes) {
      const all = new Set([...languages, ...codes]);
      if (all.size > MAX_LANGUAGES) throw new Refusal(400, 'too many languages');
      for (const code of all) languages.add(code);
      if (started && !isFinal(state.status)) notify();
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
  /** @throws Refusal 503 if there are too many unfinished sessions */
  create(job: Job): Session;
  /** For a URL job: returns the unfinished session with an equal job, or creates a session. For a live job: creates a session. */
  findOrCreate(job: Job): Session;
  find(id: string): Session | null;
  /** Returns the started sessions, the newest first. */
  started(): readonly Session[];
  /** Deletes the oldest finished sessions until their number and their text are within the limits. */
  prune(): void;
  /** Deletes a session that is not started and to which no client is connected. */
  release(session: Session): void;
  /** Returns how many sessions were created. */
  count(): number;
}

export function createSessions(clock: Pick<Clock, 'now'>, limits: Limits): Sessions {
  const sessions = new Map<string, Session>();
  let count = 0;

  const finished = () => [...sessions.values()].filter((session) => session.isFinished());

  const create = (job: Job) => {
    if (sessions.size - finished().length >= limits.sessions) {
      throw new Refusal(503, 'too many unfinished sessions');
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
    findOrCreate(job) {
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
