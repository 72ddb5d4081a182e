import { homedir, userInfo } from 'node:os';

/** Asking the system takes longer than reading the settings, so this is done only if the variable is missing. */
export function homeOfSystem(): string {
  try {
    // An empty HOME would give an empty path.
    return homedir() || userInfo().homedir;
  } catch {
    // The user is not in the user database, as in a container. Nothing is stored then, since this folder cannot exist.
    return '/nonexistent';
  }
}
