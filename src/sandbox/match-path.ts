/**
 * Compares a path with a pattern such as `/polyglot/:id`.
 * @returns the part of the path at `:id`, empty for a pattern without `:id`; null if the path does not match
 */
export function matchPath(pattern: string, path: string): { readonly id: string } | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const at = wanted.indexOf(':id');
  const fits = wanted.every((part, index) =>
    index === at ? given[index] !== '' : part === given[index],
  );
  return fits ? { id: given[at] ?? '' } : null;
}
