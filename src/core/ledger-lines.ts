import { parseJson } from './parse-json';
import type { Access, TokenOptions } from './token';

/**
 * Record that a token was minted on this machine. Times are in ISO 8601 and UTC. The token does not expire before `expires_at`.
 */
export interface Minting {
  /** The time when the mint request was sent. */
  readonly at: string;
  readonly command: string;
  /** The profile of the stored key. Null if the key was not from a profile. */
  readonly profile: string | null;
  readonly api_server: string;
  readonly access: Access;
  readonly lifetime_s: number;
  readonly one_time: boolean;
  readonly expires_at: string;
}

export function optionsOf({ access, lifetime_s, one_time }: Minting): TokenOptions {
  return { access, lifetimeS: lifetime_s, oneTime: one_time };
}

/** Record that a token was used on this machine. */
export interface Use {
  readonly at: string;
  readonly command: string;
  readonly api_server: string;
  /** The kind of request. `call` is any other REST request. */
  readonly what: 'read' | 'session' | 'transcription' | 'call';
  /** `ok`, or the error code. */
  readonly outcome: string;
  /** The HTTP status of the answer, if the request failed. Null if it succeeded, or if there was no answer. */
  readonly http_status: number | null;
}

/** All records about one token on this machine. */
export interface LedgerEntry {
  /** Null if the token was not minted on this machine. */
  readonly minted: Minting | null;
  /** The uses of the token, the oldest first. */
  readonly uses: readonly Use[];
}

export type LedgerEvent =
  | { readonly kind: 'minted'; readonly facts: Minting }
  | { readonly kind: 'used'; readonly facts: Use };

/**
 * Every line is padded with spaces to a multiple of this number of bytes. Because no line is shorter, a limit for the size of a
 * ledger file also limits its number of lines.
 */
export const LINE_BYTES = 384;
const START = '{"v":1,"at":"';
const TIME = /^\{"v":1,"at":"([^"]{24})"/;

/**
 * Formats a line of the ledger, with its line feed, in pure ASCII.
 * @param sha256 the hash of the token, in hex
 * @param length the length of the token, in characters
 */
export function ledgerLine(sha256: string, { kind, facts }: LedgerEvent, length: number): string {
  const { at, ...rest } = facts;
  // `v` and `at` must be first, because they mark the start of a line. The start must be found even after an incomplete line,
  // which a full disk can cause.
  const line = JSON.stringify({
    v: 1,
    at,
    event: kind,
    sha256,
    ...rest,
    ...(kind === 'minted' && { length }),
  });
  const slots = Math.ceil((line.length + 1) / LINE_BYTES);
  return `${line.padEnd(slots * LINE_BYTES - 1)}\n`;
}

/** Returns the time of a line, in milliseconds since 1970. NaN if the line has no time. Does not parse the rest of the line. */
export function momentOf(line: string): number {
  return Date.parse(TIME.exec(line)?.[1] ?? '');
}

/**
 * Returns the records of one token, in the order of the lines. Skips unreadable lines, and records before `since` (in
 * milliseconds since 1970).
 */
export function readLedger(text: string, sha256: string, since: number): readonly LedgerEvent[] {
  // Search the whole text first. This is fast, and most tokens are not in the ledger. A full ledger has ten thousand lines.
  if (!text.includes(sha256)) return [];
  return text
    .split('\n')
    .filter((line) => line.includes(sha256))
    .map((line) => readLine(line.slice(Math.max(0, line.lastIndexOf(START))), sha256))
    .filter((event) => event !== null)
    .filter(({ facts }) => Date.parse(facts.at) >= since);
}

export function hashesIn(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(/"sha256":"([0-9a-f]{64})"/g), ([, hash]) => hash ?? ''));
}

/**
 * Returns the lengths of tokens in characters, each length once. Includes only tokens that were minted for `apiServer`, at the
 * time `since` or later (in milliseconds since 1970).
 */
export function lengthsIn(text: string, apiServer: string, since: number): readonly number[] {
  const server = `"api_server":${JSON.stringify(apiServer)}`;
  const lines = text
    .split('\n')
    .filter((line) => line.includes('"event":"minted"') && line.includes(server))
    .filter((line) => momentOf(line) >= since);
  const lengths = lines.map((line) => Number(/"length":(\d{1,4})\b/.exec(line)?.[1] ?? 0));
  return [...new Set(lengths)].filter((length) => length > 0);
}

/**
 * Combines the records of one token.
 * @param events in chronological order
 * @returns null if there are no records
 */
export function entryOf(events: readonly LedgerEvent[]): LedgerEntry | null {
  if (events.length === 0) return null;
  const mintings = events.flatMap(({ kind, facts }) => (kind === 'minted' ? [facts] : []));
  const uses = events.flatMap(({ kind, facts }) => (kind === 'used' ? [facts] : []));
  // A record can be in the ledger twice if it was written while the file was being replaced.
  const distinct = new Map(uses.map((use) => [JSON.stringify(use), use]));
  return { minted: mintings[0] ?? null, uses: [...distinct.values()] };
}

function readLine(line: string, wanted: string): LedgerEvent | null {
  try {
    const {
      v,
      event,
      sha256,
      length: _length,
      ...facts
    } = parseJson(line) as Readonly<Record<string, unknown>>;
    if (v !== 1 || sha256 !== wanted || Number.isNaN(Date.parse(String(facts['at'])))) return null;
    if (event === 'minted' && isMinting(facts)) return { kind: event, facts };
    if (event === 'used' && isUse(facts)) return { kind: event, facts };
  } catch {
    // Skip the line, because it is incomplete.
  }
  return null;
}

function isMinting(facts: Readonly<Record<string, unknown>>): facts is Minting & typeof facts {
  return (
    ['command', 'api_server', 'access', 'expires_at'].every((name) => isText(facts[name])) &&
    (facts['profile'] === null || isText(facts['profile'])) &&
    typeof facts['lifetime_s'] === 'number' &&
    typeof facts['one_time'] === 'boolean'
  );
}

function isUse(facts: Readonly<Record<string, unknown>>): facts is Use & typeof facts {
  return (
    ['command', 'api_server', 'what', 'outcome'].every((name) => isText(facts[name])) &&
    (facts['http_status'] === null || typeof facts['http_status'] === 'number')
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
