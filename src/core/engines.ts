type Version = readonly [major: number, minor: number, patch: number];

/**
 * Whether a version is in a range from the `engines` of package.json. Supports only ranges such as `^1.2.3` and `>=1.2.3`, and
 * several such ranges with `||` between them.
 * @throws Error for any other range
 */
export function isWithin(version: string, range: string): boolean {
  const given = numbersOf(version);
  return range.split('||').some((part) => {
    const [, sign, least = ''] = /^(\^|>=)(\d+\.\d+\.\d+)$/.exec(part.trim()) ?? [];
    if (!sign) throw new Error('a version range of an unknown form');
    const from = numbersOf(least);
    return isAtLeast(given, from) && (sign === '>=' || given[0] === from[0]);
  });
}

function numbersOf(text: string): Version {
  const [major = 0, minor = 0, patch = 0] = text
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  return [major, minor, patch];
}

function isAtLeast(version: Version, from: Version): boolean {
  const differing = [0, 1, 2].find((at) => version[at] !== from[at]);
  return differing === undefined || (version[differing] ?? 0) > (from[differing] ?? 0);
}
