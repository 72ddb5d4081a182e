/** Matches a path with a pattern. @returns the value of `:id`, or null if the path does not match */
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
