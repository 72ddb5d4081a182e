import fc from 'fast-check';

const { VSTOKEN_FUZZ_RUNS: runs, VSTOKEN_FUZZ_SEED: seed } = process.env;

/** How many lines, requests or environments a fuzz test tries. */
export const FUZZ_RUNS = Number(runs || 300);

/**
 * By default the values are the same in each run, so that a failure is caused by a change. With a given number of runs they are
 * random, and fast-check prints the seed of a failure.
 */
if (seed || !runs) fc.configureGlobal({ seed: Number(seed || 1) });

const SURROGATES = { first: 0xd800, count: 0x800 };

/** Returns the nth Unicode code point that is not a surrogate. */
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
 * Like fast-check's strings with `unit: 'binary'`, but without its table of all code points, which costs each test file a second.
 */
export const anyText = (lengths: { minLength?: number; maxLength?: number } = {}) =>
  fc.string({ ...lengths, unit: codePoint });

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A part of a URL: letters, digits, the given signs, and percent-encoded characters. */
const urlPart = (signs: string) =>
  fc.string({
    unit: fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom(...LETTERS, ...signs) },
      { weight: 1, arbitrary: codePoint.map((point) => encodeURIComponent(point)) },
    ),
  });

/** Like `fc.webUrl`, but without the table of all code points. @param isWhole whether the URL can have a query and a fragment */
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
  // Half of the URLs are only an origin, as a server's address must be.
  const path = fc.oneof(fc.constantFrom('', '/'), parts);
  return fc
    .tuple(fc.constantFrom(...schemes), fc.webAuthority(), path, after('?'), after('#'))
    .map(([scheme, host, ...more]) => `${scheme}://${host}${more.join('')}`);
}

export { fc };
