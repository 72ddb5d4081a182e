const WINDOW = 160;
const MAX_INDENT = 40;
/** As Android and the files of .NET and Maven write it, and lists of Apple. */
const TAGS: readonly RegExp[] = [
  /<[a-z]{3,20}\s[^<>]{0,40}\b(?:name|key)=["']([\w-]+)["'][^<>]{0,40}>\s*$/i,
  /<key>([\w-]+)<\/key>\s*<string>\s*$/i,
];
/** As forms of pages write it, and the files of .NET. */
const ATTRIBUTES =
  /\b(?:name|key)=["']([\w-]+)["']\s{1,4}(?:[a-z]{2,8}=["']\w*["']\s{1,4})?(?:value|content)=["']$/i;
/** As `var_dump` of PHP prints it. */
const DUMPED = /\[["']([\w-]+)["']\]\s*=>\s*string\(\d+\)\s["']$/;
/** A text over several lines in YAML. */
const BLOCK = /(?:^|[\s{,])["']?([\w-]+)["']?:[ \t]*[|>][+-]?[ \t]*\r?\n[ \t]+$/;

/** The name that a file gives to the word at a place, where more than signs is between; an empty text for none. Looks at a few characters only. */
export function markBefore(text: string, at: number): string {
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
