/** What stands in the place of a text that repeats a secret. */
export const WITHHELD = '(withheld: it repeats a secret)';

/** A shorter secret would be found in texts by chance. */
export const LEAST_LENGTH = 12;

/** Gives the text, or `WITHHELD` for one that repeats a secret. */
export type Withhold = (text: string) => string;

/** A value in which every text was judged, and the names of members as well: a token can have names of anybody's in it. The texts of a list are judged as one, too, since a secret could be cut into them. */
export function withholdDeep<Value>(value: Value, withhold: Withhold): Value {
  if (typeof value === 'string') return withhold(value) as Value;
  if (Array.isArray(value)) return withholdList(value, withhold) as Value;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        withhold(name),
        withholdDeep(member, withhold),
      ]),
    ) as Value;
  }
  return value;
}

function withholdList(list: readonly unknown[], withhold: Withhold): readonly unknown[] {
  const texts = list.filter((item) => typeof item === 'string');
  const isRepeated = texts.length > 1 && withhold(texts.join(' ')) === WITHHELD;
  return list.map((item) =>
    isRepeated && typeof item === 'string' ? WITHHELD : withholdDeep(item, withhold),
  );
}
