import { quoteWord } from './quote';

/** The name of the optional package that reaches the keychain. */
export const KEYCHAIN_PACKAGE = '@napi-rs/keyring';

export interface PackageFault {
  /** As a clause. */
  readonly fault: string;
  /** What shows or mends it. */
  readonly look: string;
}

/**
 * Why a package must not be loaded from where it is, and what shows that; null for a fault of any other kind.
 * @param why as bin/packages.js says it
 */
export function describeFault(why: string, path: string): PackageFault | null {
  const place = quoteWord(path);
  const look = `See who may change it: ls -ld ${place}`;
  if (why === 'owner') return { fault: `${path} belongs to another user`, look };
  if (why === 'writable') return { fault: `others may write to ${path}`, look };
  if (why !== 'outside') return null;
  return {
    fault: `its main file is not in its own folder, but is ${path}`,
    look: 'Install it anew: npm install',
  };
}
