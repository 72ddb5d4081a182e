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

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A part of a URL, of letters, of signs that may be there, and of others that are percent-encoded. */
const urlPart = (signs: string) =>
  fc.string({
    unit: fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom(...LETTERS, ...signs) },
      { weight: 1, arbitrary: codePoint.map((point) => encodeURIComponent(point)) },
    ),
  });

/** What `fc.webUrl` gives, without that table. @param isWhole whether there may be a query and a fragment */
export function anyUrl({
  schemes = ['http', 'https'],
  isWhole = false,
}: {
  readonly schemes?: readonly string[];
  readonly isWhole?: boolean;
} = {}): fc.Arbitrary<string> {
  const signs = "-._~!$&'()*+,;=:@";
  const after = (mark: string) =>
    isWhole
      ? fc.option(
          urlPart(`${signs}/?`).map((text) => mark + text),
          { nil: '' },
        )
      : fc.constant('');
  const parts = fc.array(urlPart(signs)).map((all) => all.map((part) => `/${part}`).join(''));
  // Half of them are an origin and no more, as the address of a server must be.
  const path = fc.oneof(fc.constantFrom('', '/'), parts);
  return fc
    .tuple(fc.constantFrom(...schemes), fc.webAuthority(), path, after('?'), after('#'))
    .map(([scheme, host, ...more]) => `${scheme}://${host}${more.join('')}`);
}

export { fc };
