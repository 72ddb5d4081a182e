export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether this program runs in CI. If the variable CI is empty, `false` or `0`, the answer is no. */
export function isCi(env: Environment): boolean {
  return !['', '0', 'false', undefined].includes(env['CI']?.toLowerCase());
}
