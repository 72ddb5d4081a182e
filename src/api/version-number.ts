export type Version = readonly [major: number, minor: number, patch: number];

/** Parses a version of exactly three numbers, as the service sends it. Null for any other text. */
export function parseVersion(text: string): Version | null {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(text.trim());
  return match && [Number(match[1]), Number(match[2]), Number(match[3])];
}
