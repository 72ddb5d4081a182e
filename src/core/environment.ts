/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether this runs in CI. An empty CI variable, `false` and `0` mean no. */
export function isCi(env: Environment): boolean {
  return !['', '0', 'false', undefined].includes(env['CI']?.toLowerCase());
}
