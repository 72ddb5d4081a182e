import { CliError } from '../core/errors';
import { nearest } from '../core/nearest';
import { PROMISE_IDS, type PromiseId } from '../core/promises';
import {
  ACCESS_VALUES,
  type Access,
  DEFAULT_TOKEN_OPTIONS,
  MAX_LIFETIME_S,
  MIN_LIFETIME_S,
  type TokenOptions,
} from '../core/token';
import { Refusal } from './refusal';

/** What a request does with its token. */
export type Use = 'mint' | 'list' | 'read' | 'change' | 'transcribe' | 'session';

/** The uses that a token has had. */
export interface Uses {
  readonly count: number;
  readonly first: Use;
  /** When it was used first, and now, on the clock that never jumps, in milliseconds. */
  readonly firstAt: number;
  readonly now: number;
}

/** A token's options, and which of them were asked for. */
export interface Wanted extends TokenOptions {
  readonly asked: {
    readonly access: boolean;
    readonly lifetime: boolean;
    readonly oneTime: boolean;
  };
}

/** Where the service's promises are kept; where the sandbox was told to, one is broken. */
export interface Rules {
  /** @throws Refusal 400 */
  wanted(query: URLSearchParams): Wanted;
  /** How long such a token is good for, in milliseconds. */
  lifeOf(token: Wanted): number;
  /** Whether the uses that a token has had have spent it. */
  isSpent(token: Wanted, uses: Uses): boolean;
  allows(token: Wanted, use: Use): boolean;
  /** The text of a token in a request. */
  tokenIn(authorization: string | undefined, query: URLSearchParams): string | undefined;
  /** What becomes of a new token's characters. */
  spell(characters: string): string;
  /** Whether a token that nobody used yet is handed out again. */
  repeats(token: Wanted): boolean;
  /** Whether work ends with its token. */
  endsWork(): boolean;
}

/** Those that can be broken on loopback. */
export const BREAKABLE: readonly PromiseId[] = PROMISE_IDS.filter((id) => id !== 'transport');

/** @throws CliError `invalid_value`, which quotes nothing */
export function requireBreakable(id: string): PromiseId {
  const known = BREAKABLE.find((each) => each === id);
  if (known) return known;
  const near = nearest(id, BREAKABLE);
  throw new CliError('invalid_value', 'There is no such promise that can be broken here.', {
    hint: near
      ? `Did you mean promise:${near}?`
      : 'See them all, of which only transport cannot: vstoken verify --list',
    libraryHint: near ? `Did you mean promise:${near}?` : `There are: ${BREAKABLE.join(', ')}`,
  });
}

const QUERY_NAME = 'access_token';
const GUESSABLE_LENGTH = 6;
const LONG_LIFE_MS = 600_000;
/** By when a use is noted where that takes its time, and how long it is remembered where it is forgotten. */
const SOON_MS = 1000;

/** @param broken the promises that are broken at the moment */
export function createRules(broken: () => readonly PromiseId[]): Rules {
  const breaks = (id: PromiseId) => broken().includes(id);
  const defaultsNow = (): TokenOptions => ({
    access: breaks('default-readonly') ? 'readwrite' : DEFAULT_TOKEN_OPTIONS.access,
    lifetimeS: breaks('default-lifetime') ? MAX_LIFETIME_S : DEFAULT_TOKEN_OPTIONS.lifetimeS,
    oneTime: breaks('default-one-time') ? false : DEFAULT_TOKEN_OPTIONS.oneTime,
  });

  const lifetimeFrom = (text: string): number => {
    const seconds = /^\d{1,3}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
    const isWithin = seconds >= MIN_LIFETIME_S && seconds <= MAX_LIFETIME_S;
    if (!isWithin && breaks('lifetime-bounds')) return MAX_LIFETIME_S;
    const isRefused =
      (seconds === MIN_LIFETIME_S && breaks('lifetime-shortest')) ||
      (seconds === MAX_LIFETIME_S && breaks('lifetime-longest'));
    if (isWithin && !isRefused) return seconds;
    const range = `${MIN_LIFETIME_S} to ${MAX_LIFETIME_S}`;
    throw new Refusal(400, `lifetime_s must be a number from ${range}`);
  };

  return {
    repeats: ({ asked }) =>
      breaks('tokens-distinct') && asked.access && asked.lifetime && asked.oneTime,
    endsWork: () => breaks('work-outlives-token'),
    spell: (characters) =>
      breaks('tokens-long') ? characters.slice(0, GUESSABLE_LENGTH) : characters,

    wanted(query) {
      for (const name of ['access', 'lifetime_s', 'one_time']) {
        if (query.getAll(name).length > 1) throw new Refusal(400, `${name} must be given once`);
      }
      const defaults = defaultsNow();
      const access = query.get('access') || defaults.access;
      if (!ACCESS_VALUES.includes(access as Access)) {
        throw new Refusal(400, `access must be ${ACCESS_VALUES.join(' or ')}`);
      }
      const lifetime = query.get('lifetime_s');
      const lifetimeS = lifetime ? lifetimeFrom(lifetime) : defaults.lifetimeS;
      const oneTime = query.get('one_time') || String(defaults.oneTime);
      if (oneTime !== 'true' && oneTime !== 'false') {
        throw new Refusal(400, 'one_time must be true or false');
      }
      const asked = {
        access: Boolean(query.get('access')),
        lifetime: Boolean(lifetime),
        oneTime: Boolean(query.get('one_time')),
      };
      return { access: access as Access, lifetimeS, oneTime: oneTime === 'true', asked };
    },

    lifeOf({ lifetimeS, asked }) {
      const ms = lifetimeS * 1000;
      if (asked.lifetime && breaks('lifetime-before')) return ms / 2;
      return asked.lifetime && breaks('lifetime-after') ? ms + LONG_LIFE_MS : ms;
    },

    isSpent({ oneTime, asked }, { count, first, firstAt, now }) {
      if (count === 0) return false;
      if (!oneTime) return asked.oneTime && breaks('reusable');
      if (!asked.oneTime) return true;
      if (first === 'session') return !breaks('one-time-session');
      const isSoon = now < firstAt + SOON_MS;
      return isSoon ? !breaks('one-time-race') : !breaks('one-time-once');
    },

    allows({ access, asked }, use) {
      const isExplicit = (wanted: Access) => asked.access && access === wanted;
      switch (use) {
        case 'mint':
          return breaks('no-minting');
        case 'session':
          return access === 'readwrite'
            ? !breaks('readwrite-session')
            : isExplicit('readonly') && breaks('readonly-no-session');
        case 'change':
          return access === 'readwrite';
        case 'transcribe':
          return (
            access === 'readwrite' ||
            (isExplicit('readonly') && breaks('readonly-no-transcription'))
          );
        default:
          return !(
            (isExplicit('readonly') && breaks('readonly-reads')) ||
            (isExplicit('readwrite') && breaks('readwrite-reads'))
          );
      }
    },

    tokenIn(authorization, query) {
      const bearer = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      if (bearer !== undefined) return bearer;
      if (authorization) return breaks('no-bare') ? authorization : undefined;
      return breaks('no-query') ? (query.get(QUERY_NAME) ?? undefined) : undefined;
    },
  };
}
