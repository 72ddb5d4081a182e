/** The variables of the environment, by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a CI system runs this. People switch it off by an empty CI, by `false` and by 0. */
export function isCi(env: Environment): boolean {
  return !['', '0', 'false', undefined].includes(env['CI']?.toLowerCase());
}
