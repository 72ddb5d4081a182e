import { randomUUID } from 'node:crypto';
import { Refusal } from '../refusal';
import type { Fields } from '../request-body';
import type { Session } from '../sessions';
import { createPasswords, type PasswordHash } from './password';
import { type PolyglotSettings, passwordFrom, settingsFrom } from './settings';

/**
 * A polyglot session in the form that the service returns. A polyglot session is a page on which viewers read live
 * transcriptions.
 */
export interface PolyglotData extends PolyglotSettings {
  readonly id: string;
  readonly fullUrl: string;
  readonly is_public: boolean;
  /** How many times viewers have opened the session. */
  readonly requests: number;
}

/** What the audience of a polyglot session sees now: the session and its latest live transcription. */
export interface PresentationState {
  readonly session: PolyglotData;
  /** The latest live transcription of the session. Null before the first transcription. */
  readonly transcription: Session | null;
}

type Listener = (presented: PresentationState | null) => void;

export interface Polyglots {
  list(): readonly PolyglotData[];
  /** @throws Refusal 404 for an unknown id */
  get(id: string): PolyglotData;
  /** @throws Refusal 400 for an invalid value; 409 if another session has the link; 503 if there are too many sessions */
  create(fields: Fields): Promise<PolyglotData>;
  /**
   * Changes only the given settings.
   * @throws Refusal 400 for an invalid value; 404 for an unknown id; 409 if another session has the link
   */
  update(id: string, fields: Fields): Promise<PolyglotData>;
  /** @throws Refusal 404 for an unknown id */
  remove(id: string): PolyglotData;
  /** Called when a live transcription has started. Shows it to the viewers of its polyglot session. */
  started(transcription: Session): void;
  /**
   * Opens a polyglot session for a viewer, and counts the visit.
   * @throws Refusal 404 for an unknown link; 403 for a wrong password
   */
  present(link: string, password: string): Promise<Presentation>;
}

export interface Presentation {
  /** Returns what the audience of the polyglot session sees now. Null if the polyglot session was deleted. */
  now(): PresentationState | null;
  /**
   * Calls the listener after every change of what the audience sees. When the polyglot session is deleted, calls the listener
   * with null.
   * @returns a function that removes the listener
   */
  watch(listener: Listener): () => void;
}

interface Polyglot {
  readonly id: string;
  settings: PolyglotSettings;
  password: PasswordHash | null;
  requests: number;
  transcription: Session | null;
  readonly listeners: Set<Listener>;
}

const MAX_POLYGLOTS = 1000;
/** The address of the viewers' pages. The domain does not exist. */
const PAGES = 'https://polyglot.example.invalid';

const missing = () => new Refusal(404, 'there is no such polyglot session');

export function createPolyglots(): Polyglots {
  const all = new Map<string, Polyglot>();
  const passwords = createPasswords();

  const dataOf = ({ id, settings, password, requests }: Polyglot): PolyglotData => ({
    id,
    ...settings,
    fullUrl: `${PAGES}/${settings.link}`,
    is_public: password === null,
    requests,
  });
  const presentedOf = (polyglot: Polyglot): PresentationState => ({
    session: dataOf(polyglot),
    transcription: polyglot.transcription,
  });
  const find = (id: string) => {
    const polyglot = all.get(id);
    if (!polyglot) throw missing();
    return polyglot;
  };
  const byLink = (link: string) => [...all.values()].find(({ settings }) => settings.link === link);
  const requireFree = (link: string, id: string | null) => {
    const other = byLink(link);
    if (other && other.id !== id) throw new Refusal(409, 'another polyglot session has this link');
  };
  const notify = (polyglot: Polyglot) => {
    for (const listener of [...polyglot.listeners]) listener(presentedOf(polyglot));
  };

  return {
    list: () => [...all.values()].reverse().map(dataOf),
    get: (id) => dataOf(find(id)),

    async create(fields) {
      const settings = settingsFrom(fields, null);
      const text = passwordFrom(fields) ?? null;
      const password = text === null ? null : await passwords.hash(text);
      // The link is checked after `await`, because another request can have taken the link while the hash was computed.
      requireFree(settings.link, null);
      if (all.size >= MAX_POLYGLOTS) throw new Refusal(503, 'there are too many polyglot sessions');
      const polyglot: Polyglot = {
        ...{ id: randomUUID(), settings, password, requests: 0, transcription: null },
        listeners: new Set(),
      };
      all.set(polyglot.id, polyglot);
      return dataOf(polyglot);
    },

    async update(id, fields) {
      settingsFrom(fields, find(id).settings);
      const text = passwordFrom(fields);
      const password = text ? await passwords.hash(text) : null;
      const polyglot = find(id);
      const settings = settingsFrom(fields, polyglot.settings);
      requireFree(settings.link, id);
      polyglot.settings = settings;
      if (text !== undefined) polyglot.password = password;
      notify(polyglot);
      return dataOf(polyglot);
    },

    remove(id) {
      const polyglot = find(id);
      all.delete(id);
      for (const listener of [...polyglot.listeners]) listener(null);
      return dataOf(polyglot);
    },

    started(transcription) {
      const { job } = transcription;
      const polyglot = job.kind === 'live' && job.polyglotId ? all.get(job.polyglotId) : undefined;
      if (!polyglot) return;
      polyglot.transcription = transcription;
      notify(polyglot);
    },

    async present(link, password) {
      const polyglot = byLink(link);
      if (!polyglot) throw missing();
      if (polyglot.password && !(await passwords.matches(password, polyglot.password))) {
        throw new Refusal(403, 'the password of the polyglot session is wrong', {
          code: 'wrong_password',
        });
      }
      // `find` throws if the session was deleted while the password was checked.
      find(polyglot.id).requests += 1;
      return {
        now: () => (all.get(polyglot.id) === polyglot ? presentedOf(polyglot) : null),
        watch(listener) {
          polyglot.listeners.add(listener);
          return () => polyglot.listeners.delete(listener);
        },
      };
    },
  };
}
