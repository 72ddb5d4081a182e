export type Version = readonly [major: number, minor: number, patch: number];

/** Parses a version of three numbers, such as `1.1.0`. Returns null for any other text. */
export function parseVersion(text: string): Version | null {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(text.trim());
  return match && [Number(match[1]), Number(match[2]), Number(match[3])];
}
