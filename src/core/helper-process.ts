import { IS_EXECUTABLE } from './distribution';

export type HelperName = 'keychain' | 'sdk-host';

/**
 * Name of a variable. The standalone executable starts as a helper process only if this variable is set, so that no user starts a
 * helper process by accident.
 */
export const HELPER_MARK = 'VSTOKEN_HELPER';

export interface HelperProcess {
  readonly args: readonly string[];
  /** Variables to add to the environment of the helper process. */
  readonly env: Readonly<Record<string, string>>;
}

/** Returns the argument that starts the standalone executable as a helper process. It must be the first argument. */
export const wordOf = (name: HelperName) => `helper:${name}`;

/**
 * Returns the arguments and variables that start a helper process. With Node.js, the helper is a file. The standalone executable
 * contains its helpers, so it is started a second time, with an argument that names the helper.
 * @param file the path of the helper's file in the package
 */
export function helperProcess(name: HelperName, file: string): HelperProcess {
  if (IS_EXECUTABLE) return { args: [wordOf(name)], env: { [HELPER_MARK]: '1' } };
  return { args: [file], env: {} };
}
