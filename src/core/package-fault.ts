import { quoteWord } from './quote';

export const KEYCHAIN_PACKAGE = '@napi-rs/keyring';

export interface PackageFault {
  /** What is wrong, as a clause without a full stop, for example `other users may write to /opt/app`. */
  readonly fault: string;
  /** How to fix the fault, with a command. */
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
