export type Version = readonly [major: number, minor: number, patch: number];

/** Exactly three numbers, as the service sends them; null for anything else. */
export function parseVersion(text: string): Version | null {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(text.trim());
  return match && [Number(match[1]), Number(match[2]), Number(match[3])];
}
