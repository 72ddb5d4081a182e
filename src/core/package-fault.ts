import { quoteWord } from './quote';

/** The optional package with the keychain access. */
export const KEYCHAIN_PACKAGE = '@napi-rs/keyring';

export interface PackageFault {
  /** The fault, as a clause of a sentence. */
  readonly fault: string;
  /** The command that shows or fixes it. */
  readonly look: string;
}

/**
 * Why it is unsafe to load a package from its folder, and the command that shows it. Null for any other fault.
 * @param why from bin/packages.js
 */
export function describeFault(why: string, path: string): PackageFault | null {
  const place = quoteWord(path);
  const look = `Check its owner and permissions: ls -ld ${place}`;
  if (why === 'owner') return { fault: `${path} belongs to another user`, look };
  if (why === 'writable') return { fault: `other users may write to ${path}`, look };
  if (why !== 'outside') return null;
  return {
    fault: `its main file is outside its folder, at ${path}`,
    look: 'Reinstall it: npm install',
  };
}
