import fc from 'fast-check';

const { VSTOKEN_FUZZ_RUNS: runs, VSTOKEN_FUZZ_SEED: seed } = process.env;

/** How many lines, requests or environments a fuzzer tries. */
export const FUZZ_RUNS = Number(runs || 300);

/**
 * A suite tries the same values each time, so that a change is judged by itself; a run of a length of its own searches, and prints
 * the seed of what it finds.
 */
if (seed || !runs) fc.configureGlobal({ seed: Number(seed || 1) });

const SURROGATES = { first: 0xd800, count: 0x800 };

/** A code point that is no half of a pair, by its rank among them. */
function codePointOf(rank: number): string {
  return String.fromCodePoint(rank < SURROGATES.first ? rank : rank + SURROGATES.count);
}

function rankOf(text: unknown): number {
  const [point, ...more] = typeof text === 'string' ? text : [];
  const code = point?.codePointAt(0);
  if (code === undefined || more.length > 0) throw new Error('not one code point');
  const rank = code < SURROGATES.first ? code : code - SURROGATES.count;
  if (codePointOf(rank) !== point) throw new Error('half of a pair');
  return rank;
}

const codePoint = fc.integer({ min: 0, max: 0x10ffff - SURROGATES.count }).map(codePointOf, rankOf);

/** What `unit: 'binary'` gives, without its table of all code points, which takes a second of each test file to build. */
export const anyText = (lengths: { minLength?: number; maxLength?: number } = {}) =>
  fc.string({ ...lengths, unit: codePoint });

export { fc };
