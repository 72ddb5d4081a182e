import fc from 'fast-check';

const { VSTOKEN_FUZZ_RUNS: runs, VSTOKEN_FUZZ_SEED: seed } = process.env;

/** The number of random inputs that each fuzz test tries. */
export const FUZZ_RUNS = Number(runs || 300);

/**
 * By default the inputs are the same in each run, so that a new failure always comes from a change of the code. If
 * VSTOKEN_FUZZ_RUNS is set and VSTOKEN_FUZZ_SEED is not, the inputs are random, and fast-check prints the seed of a failure.
 */
if (seed || !runs) fc.configureGlobal({ seed: Number(seed || 1) });

const SURROGATES = { first: 0xd800, count: 0x800 };

/** Returns the Unicode code point with the number `rank`. Surrogates are not counted, so every number is valid. */
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

/**
 * Generates the same texts as fast-check's `fc.string({ unit: 'binary' })`. Does not use fast-check's table of all code points,
 * because loading the table takes a second in each test file.
 */
export const anyText = (lengths: { minLength?: number; maxLength?: number } = {}) =>
  fc.string({ ...lengths, unit: codePoint });

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Generates a part of a URL: letters, digits, the given signs, and percent-encoded characters. */
const urlPart = (signs: string) =>
  fc.string({
    unit: fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom(...LETTERS, ...signs) },
      { weight: 1, arbitrary: codePoint.map((point) => encodeURIComponent(point)) },
    ),
  });

/**
 * Generates the same URLs as fast-check's `fc.webUrl`. Does not use `fc.webUrl`, because it loads fast-check's table of all code
 * points.
 * @param isWhole whether the URL can have a query and a fragment
 */
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
  // Half of the URLs have no path, so that they are also valid as the address of an API server.
  const path = fc.oneof(fc.constantFrom('', '/'), parts);
  return fc
    .tuple(fc.constantFrom(...schemes), fc.webAuthority(), path, after('?'), after('#'))
    .map(([scheme, host, ...more]) => `${scheme}://${host}${more.join('')}`);
}

export { fc };
