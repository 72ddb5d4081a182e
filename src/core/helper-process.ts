import { IS_EXECUTABLE } from './distribution';

export type HelperName = 'keychain' | 'sdk-host';

/** A first word means a helper only with this variable, so that nobody starts one by accident. */
export const HELPER_MARK = 'VSTOKEN_HELPER';

export interface HelperProcess {
  readonly args: readonly string[];
  /** To be set beside the variables that the helper is to have. */
  readonly env: Readonly<Record<string, string>>;
}

/** The first word by which the executable is a helper process. */
export const wordOf = (name: HelperName) => `helper:${name}`;

/**
 * What to start a helper process with, beside the path of this Node.js. The executable has its helpers within, and starts itself.
 * @param file where the helper is in the package
 */
export function helperProcess(name: HelperName, file: string): HelperProcess {
  if (IS_EXECUTABLE) return { args: [wordOf(name)], env: { [HELPER_MARK]: '1' } };
  return { args: [file], env: {} };
}
