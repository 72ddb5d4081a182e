export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether this program runs in CI: the variable CI has a value other than an empty text, `false` or `0`. */
export function isCi(env: Environment): boolean {
  return !['', '0', 'false', undefined].includes(env['CI']?.toLowerCase());
}
