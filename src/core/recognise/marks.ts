const WINDOW = 160;
const MAX_INDENT = 40;
/** Patterns for a name before its value in files of Android, .NET and Maven, and in Apple property lists. */
const TAGS: readonly RegExp[] = [
  /<[a-z]{3,20}\s[^<>]{0,40}\b(?:name|key)=["']([\w-]+)["'][^<>]{0,40}>\s*$/i,
  /<key>([\w-]+)<\/key>\s*<string>\s*$/i,
];
/** Matches a name before its value in HTML forms and .NET files. */
const ATTRIBUTES =
  /\b(?:name|key)=["']([\w-]+)["']\s{1,4}(?:[a-z]{2,8}=["']\w*["']\s{1,4})?(?:value|content)=["']$/i;
/** Matches a name before its value in the output of PHP's `var_dump`. */
const DUMPED = /\[["']([\w-]+)["']\]\s*=>\s*string\(\d+\)\s["']$/;
/** Matches a name before a multi-line text in YAML. */
const BLOCK = /(?:^|[\s{,])["']?([\w-]+)["']?:[ \t]*[|>][+-]?[ \t]*\r?\n[ \t]+$/;

/**
 * Returns the name that markup gives to the word at a position. Empty if there is no name. Reads only the characters shortly
 * before the word, so that long texts are fast.
 */
export function markupNameBefore(text: string, at: number): string {
  const [last, before] = [text.charAt(at - 1), text.charAt(at - 2)];
  const window = () => text.slice(Math.max(0, at - WINDOW), at);
  if (last === '"' || last === "'") {
    const pattern = before === '=' ? ATTRIBUTES : before === ' ' ? DUMPED : null;
    return pattern?.exec(window())?.[1] ?? '';
  }
  let end = at;
  while (end > at - MAX_INDENT && /\s/.test(text.charAt(end - 1))) end -= 1;
  const sign = text.charAt(end - 1);
  if (sign === '>') {
    for (const pattern of TAGS) {
      const [, name] = pattern.exec(window()) ?? [];
      if (name !== undefined) return name;
    }
  }
  return end < at && '>|+-'.includes(sign) ? (BLOCK.exec(window())?.[1] ?? '') : '';
}
