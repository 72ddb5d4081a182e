import { IS_EXECUTABLE } from './distribution';

export type HelperName = 'keychain' | 'sdk-host';

/** The first word of a command line starts a helper only if this variable is set, so that no user starts one by accident. */
export const HELPER_MARK = 'VSTOKEN_HELPER';

export interface HelperProcess {
  readonly args: readonly string[];
  /** Must be set in addition to the variables that the helper needs. */
  readonly env: Readonly<Record<string, string>>;
}

/** The first argument with which the executable runs as a helper process. */
export const wordOf = (name: HelperName) => `helper:${name}`;

/**
 * The arguments and variables with which Node.js starts a helper process. The executable contains its helpers, so it starts
 * itself.
 * @param file the path of the helper's file in the package
 */
export function helperProcess(name: HelperName, file: string): HelperProcess {
  if (IS_EXECUTABLE) return { args: [wordOf(name)], env: { [HELPER_MARK]: '1' } };
  return { args: [file], env: {} };
}
