/** Joins words for a sentence, such as `quotes, "Bearer" and a URL`. */
export function listInWords(items: readonly string[]): string {
  const [last = '', ...before] = items.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`;
}
