/** What people and their clipboards put around a key, outermost first. */
const WRAPPINGS: readonly RegExp[] = [
  /^(?:export\s+)?VOCALSTACK_API_KEY\s*=\s*/,
  /^authorization\s*:\s*/i,
  /^bearer\s+/i,
];

/** The text within what people paste around a key: white space, quotes, `Bearer `, `VOCALSTACK_API_KEY=`. */
export function unwrapPastedKey(text: string): string {
  const inner = [...WRAPPINGS, /^(['"`])(.*)\1$/s].reduce((left, wrapping) => {
    const found = wrapping.exec(left);
    if (!found) return left;
    return (found[2] ?? left.slice(found[0].length)).trim();
  }, text.trim());
  return inner === text.trim() ? inner : unwrapPastedKey(inner);
}
