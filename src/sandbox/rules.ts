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

/** What a request uses its token for. */
export type Use = 'mint' | 'list' | 'read' | 'change' | 'transcribe' | 'session';

/** The previous uses of a token. */
export interface Uses {
  readonly count: number;
  readonly first: Use;
  /** The time of the first use, in milliseconds of the monotonic clock. `now` has the same unit. */
  readonly firstAt: number;
  readonly now: number;
}

/**
 * The options of a token. `explicit` has a member for each option: true if the mint request contained the option, false if the
 * token has the default value of the option.
 */
export interface RequestedToken extends TokenOptions {
  readonly explicit: {
    readonly access: boolean;
    readonly lifetime: boolean;
    readonly oneTime: boolean;
  };
}

/**
 * The rules for tokens, as the service promises them. Each fault such as `promise:no-query` makes the sandbox break one of these
 * rules.
 */
export interface Rules {
  /** Reads the options of the token to mint. @throws Refusal 400 for an invalid option */
  wanted(query: URLSearchParams): RequestedToken;
  /** Returns how long a token is valid, in milliseconds. */
  lifetimeMsOf(token: RequestedToken): number;
  /** Whether a token cannot be used again, given its previous uses. */
  isSpent(token: RequestedToken, uses: Uses): boolean;
  allows(token: RequestedToken, use: Use): boolean;
  /** Returns the token in a request. Undefined if the request has no token. */
  tokenIn(authorization: string | undefined, query: URLSearchParams): string | undefined;
  /** Creates the text of a new token from random characters. */
  tokenText(characters: string): string;
  /** Whether minting returns the previous token again instead of a new token, if the previous token was not used yet. */
  returnsUnusedToken(token: RequestedToken): boolean;
  /** Whether a transcription ends when its token expires. */
  endsSession(): boolean;
}

/**
 * The promises of the service about tokens that a sandbox can break, for a test. The promise `transport` cannot be broken,
 * because the sandbox listens only on this machine.
 */
export const BREAKABLE: readonly PromiseId[] = PROMISE_IDS.filter((id) => id !== 'transport');

/**
 * Checks that a text is the id of a promise of the service that the sandbox can break. Returns the id.
 * @throws CliError `invalid_value` for any other text; the error does not quote the text
 */
export function requireBreakable(id: string): PromiseId {
  const known = BREAKABLE.find((each) => each === id);
  if (known) return known;
  const near = nearest(id, BREAKABLE);
  throw new CliError(
    'invalid_value',
    'Unknown promise, or a promise that the sandbox cannot break.',
    {
      hint: near
        ? `Did you mean promise:${near}?`
        : 'The sandbox can break every promise except `transport`. To list the promises: vstoken verify --list',
      libraryHint: near
        ? `Did you mean promise:${near}?`
        : `The sandbox can break these promises: ${BREAKABLE.join(', ')}`,
    },
  );
}

const QUERY_NAME = 'access_token';
const GUESSABLE_LENGTH = 6;
const LONG_LIFE_MS = 600_000;
/**
 * Limit between an early and a late second use of a one-time token, in milliseconds since the first use. If the sandbox breaks
 * the promise `one-time-race`, an early second use is accepted. If it breaks `one-time-once`, a late second use is accepted.
 */
const SOON_MS = 1000;

/** Creates the rules for tokens. @param broken returns the ids of the promises of the service that the sandbox breaks now */
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
    returnsUnusedToken: ({ explicit }) =>
      breaks('tokens-distinct') && explicit.access && explicit.lifetime && explicit.oneTime,
    endsSession: () => breaks('work-outlives-token'),
    tokenText: (characters) =>
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
      const explicit = {
        access: Boolean(query.get('access')),
        lifetime: Boolean(lifetime),
        oneTime: Boolean(query.get('one_time')),
      };
      return { access: access as Access, lifetimeS, oneTime: oneTime === 'true', explicit };
    },

    lifetimeMsOf({ lifetimeS, explicit }) {
      const ms = lifetimeS * 1000;
      if (explicit.lifetime && breaks('lifetime-before')) return ms / 2;
      return explicit.lifetime && breaks('lifetime-after') ? ms + LONG_LIFE_MS : ms;
    },

    isSpent({ oneTime, explicit }, { count, first, firstAt, now }) {
      if (count === 0) return false;
      if (!oneTime) return explicit.oneTime && breaks('reusable');
      if (!explicit.oneTime) return true;
      if (first === 'session') return !breaks('one-time-session');
      const isSoon = now < firstAt + SOON_MS;
      return isSoon ? !breaks('one-time-race') : !breaks('one-time-once');
    },

    allows({ access, explicit }, use) {
      const isExplicit = (wanted: Access) => explicit.access && access === wanted;
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
