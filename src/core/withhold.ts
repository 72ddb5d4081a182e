export const WITHHELD = '(withheld: it contains a secret)';

/**
 * Minimum length of a secret, in characters. Shorter secrets are not searched for, because other texts would contain them by
 * chance.
 */
export const MIN_SECRET_LENGTH = 12;

/** Returns the text, or the placeholder `WITHHELD` if the text contains a secret. */
export type Withhold = (text: string) => string;

/**
 * Returns a copy of a value in which `WITHHELD` replaces each text that contains a secret. Names of members are checked, too,
 * because a server chooses them. The texts of a list are also checked as one text, because a secret could be split across them.
 */
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
