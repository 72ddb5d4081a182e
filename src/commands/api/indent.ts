const INDENT = '  ';
const SPACE = /\s/;

/**
 * Indents JSON, one member a line. Values are copied unchanged: parsing and printing them would change large numbers.  @param
 * text valid JSON
 */
export function indentJson(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  const breakLine = () => parts.push(`\n${INDENT.repeat(depth)}`);
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (SPACE.test(sign)) continue;
    if (sign === '"') {
      const end = endOfString(text, at);
      parts.push(text.slice(at, end));
      at = end - 1;
    } else if (sign === '{' || sign === '[') {
      const next = nextSign(text, at + 1);
      parts.push(sign);
      if (text.charAt(next) === (sign === '{' ? '}' : ']')) {
        parts.push(text.charAt(next));
        at = next;
      } else {
        depth += 1;
        breakLine();
      }
    } else if (sign === '}' || sign === ']') {
      depth -= 1;
      breakLine();
      parts.push(sign);
    } else if (sign === ',') {
      parts.push(sign);
      breakLine();
    } else parts.push(sign === ':' ? ': ' : sign);
  }
  return parts.join('');
}

function nextSign(text: string, from: number): number {
  let at = from;
  while (SPACE.test(text.charAt(at))) at += 1;
  return at;
}

/** Returns the position after the closing quote. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}
