const INDENT = '  ';
const SPACE = /\s/;

/**
 * Indents JSON, with one member per line. Copies the values unchanged, because parsing and printing would change large numbers.
 * @param text valid JSON
 */
export function indentJson(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  const breakLine = () => parts.push(`\n${INDENT.repeat(depth)}`);
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (SPACE.test(character)) continue;
    if (character === '"') {
      const end = endOfString(text, at);
      parts.push(text.slice(at, end));
      at = end - 1;
    } else if (character === '{' || character === '[') {
      const next = nextCharacter(text, at + 1);
      parts.push(character);
      if (text.charAt(next) === (character === '{' ? '}' : ']')) {
        parts.push(text.charAt(next));
        at = next;
      } else {
        depth += 1;
        breakLine();
      }
    } else if (character === '}' || character === ']') {
      depth -= 1;
      breakLine();
      parts.push(character);
    } else if (character === ',') {
      parts.push(character);
      breakLine();
    } else parts.push(character === ':' ? ': ' : character);
  }
  return parts.join('');
}

function nextCharacter(text: string, from: number): number {
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

/**
 * Replaces all strings in JSON, including the names of members.
 * @param text valid JSON
 * @param change receives a string with its quotes, and returns the new string with quotes
 */
export function replaceStrings(text: string, change: (written: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  for (let quote = text.indexOf('"'); quote >= 0; quote = text.indexOf('"', at)) {
    parts.push(text.slice(at, quote));
    at = endOfString(text, quote);
    parts.push(change(text.slice(quote, at)));
  }
  return parts.join('') + text.slice(at);
}
