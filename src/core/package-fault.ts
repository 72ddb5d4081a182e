import { quoteWord } from './quote';

export const KEYCHAIN_PACKAGE = '@napi-rs/keyring';

export interface PackageFault {
  /** The fault as a part of a sentence. */
  readonly fault: string;
  /** What to do, with a command. */
  readonly fix: string;
}

/**
 * Describes why it is unsafe to load a package from its folder. Null if the fault is not about safety.
 * @param why the fault that bin/packages.js reports
 */
export function describeFault(why: string, path: string): PackageFault | null {
  const place = quoteWord(path);
  const look = `Check its owner and permissions: ls -ld ${place}`;
  if (why === 'owner') return { fault: `${path} belongs to another user`, fix: look };
  if (why === 'writable') return { fault: `other users may write to ${path}`, fix: look };
  if (why !== 'outside') return null;
  return {
    fault: `its main file is outside its folder, at ${path}`,
    fix: 'Reinstall the package: npm install',
  };
}
