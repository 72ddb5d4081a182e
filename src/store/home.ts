import { homedir, userInfo } from 'node:os';

/**
 * Returns the user's home folder according to the operating system. Call this only if HOME is missing: asking the operating
 * system takes longer than reading the settings.
 */
export function homeOfSystem(): string {
  try {
    // If HOME is set but empty, homedir() returns an empty path.
    return homedir() || userInfo().homedir;
  } catch {
    // The user is not in the user database, as in some containers. The folder /nonexistent never exists, so nothing is stored.
    return '/nonexistent';
  }
}
