import { homedir, userInfo } from 'node:os';

/** To ask costs more than to read the settings, so that it is done where the variable is missing alone. */
export function homeOfSystem(): string {
  try {
    // Of an empty HOME it makes an empty path.
    return homedir() || userInfo().homedir;
  } catch {
    // A user without an entry, as in a container: nothing is stored, and nothing can be.
    return '/nonexistent';
  }
}
