import { parseJson } from './parse-json';
import type { Access, TokenOptions } from './token';

/** How a token was minted on this machine. Times are ISO 8601 in UTC, and `expires_at` is never late. */
export interface Minting {
  /** When the request for it was sent. */
  readonly at: string;
  readonly command: string;
  /** Of the stored key; null for a key that was not stored. */
  readonly profile: string | null;
  readonly api_server: string;
  readonly access: Access;
  readonly lifetime_s: number;
  readonly one_time: boolean;
  readonly expires_at: string;
}

/** The options that a token was minted with. */
export function optionsOf({ access, lifetime_s, one_time }: Minting): TokenOptions {
  return { access, lifetimeS: lifetime_s, oneTime: one_time };
}

/** What was done with a token on this machine. */
export interface Use {
  readonly at: string;
  readonly command: string;
  readonly api_server: string;
  /** `call` is any other request over REST. */
  readonly what: 'read' | 'session' | 'transcription' | 'call';
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  /** Of a refusal, where it had one. */
  readonly http_status: number | null;
}

/** What this machine knows of a token. */
export interface LedgerEntry {
  /** Null for one that was minted elsewhere. */
  readonly minted: Minting | null;
  /** From the first to the last. */
  readonly uses: readonly Use[];
}

export type LedgerEvent =
  | { readonly kind: 'minted'; readonly facts: Minting }
  | { readonly kind: 'used'; readonly facts: Use };

/** Lines are padded to a multiple of this many bytes, so that the size of a file tells how many there can be. */
export const LINE_BYTES = 384;
const START = '{"v":1,"at":"';
const TIME = /^\{"v":1,"at":"([^"]{24})"/;

/**
 * A line of the ledger, its line feed included. All that it can hold is ASCII.
 * @param sha256 of the token, in hex
 * @param length of the token, in characters
 */
export function ledgerLine(sha256: string, { kind, facts }: LedgerEvent, length: number): string {
  const { at, ...rest } = facts;
  // Its start is what a reader finds the line by, behind one that a full disk cut short.
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

/** The moment of a line in milliseconds since 1970, without reading the rest of it; NaN when it has none. */
export function momentOf(line: string): number {
  return Date.parse(TIME.exec(line)?.[1] ?? '');
}

/** What the lines of a ledger say of one token since a moment, in their order. What cannot be read is left out. */
export function readLedger(text: string, sha256: string, since: number): readonly LedgerEvent[] {
  // Most often there is nothing of it, and a full ledger has ten thousand lines.
  if (!text.includes(sha256)) return [];
  return text
    .split('\n')
    .filter((line) => line.includes(sha256))
    .map((line) => readLine(line.slice(Math.max(0, line.lastIndexOf(START))), sha256))
    .filter((event) => event !== null)
    .filter(({ facts }) => Date.parse(facts.at) >= since);
}

/** The hashes of all tokens that the lines of a ledger speak of. */
export function hashesIn(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(/"sha256":"([0-9a-f]{64})"/g), ([, hash]) => hash ?? ''));
}

/** How long the tokens were that were minted for a server since a moment, each length once. */
export function lengthsIn(text: string, apiServer: string, since: number): readonly number[] {
  const server = `"api_server":${JSON.stringify(apiServer)}`;
  const lines = text
    .split('\n')
    .filter((line) => line.includes('"event":"minted"') && line.includes(server))
    .filter((line) => momentOf(line) >= since);
  const lengths = lines.map((line) => Number(/"length":(\d{1,4})\b/.exec(line)?.[1] ?? 0));
  return [...new Set(lengths)].filter((length) => length > 0);
}

/** @param events in the order in which they happened; null when there are none */
export function entryOf(events: readonly LedgerEvent[]): LedgerEntry | null {
  if (events.length === 0) return null;
  const mintings = events.flatMap(({ kind, facts }) => (kind === 'minted' ? [facts] : []));
  const uses = events.flatMap(({ kind, facts }) => (kind === 'used' ? [facts] : []));
  // A line may be there twice, when it was written while the file was replaced.
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
    // A line that was cut short.
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
