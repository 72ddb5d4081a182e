const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** Formats a duration for people, in whole seconds and at most two units: `41 s`, `3 min 5 s`, `2 h`. */
export function durationInWords(ms: number): string {
  let left = Math.floor(Math.max(0, ms) / 1000);
  if (left === 0) return 'less than a second';
  const words: string[] = [];
  for (const [name, seconds] of UNITS) {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    if (count > 0) words.push(`${count} ${name}`);
    else if (words.length > 0) break;
  }
  return words.slice(0, 2).join(' ');
}
