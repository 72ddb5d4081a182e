import type { CliError } from './errors';

/** A file, folder or link at a path. The target of a link is not examined. */
export interface FoundEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** The nine permission bits: for the owner, the group and all others. */
  readonly mode: number;
  /** Whether this user is the owner. Always true on Windows, where files have no such owner. */
  readonly isOwn: boolean;
}

/** What is in the settings folder. Null for a file or folder means that it does not exist. */
export interface StoreReport {
  /** The path of the settings folder, which may not exist. Empty if the environment gives no valid path. */
  readonly path: string;
  /**
   * The error that prevents storing anything in the folder, for example because another user is the owner. Null if the folder can
   * be used.
   */
  readonly fault: CliError | null;
  /** Whether files have owners and permission bits. False on Windows. */
  readonly hasModes: boolean;
  /** The settings folder. If the path is a link, this is the target of the link, because the program writes to the target. */
  readonly folder: FoundEntry | null;
  readonly settings: FoundEntry | null;
  readonly ledger: FoundEntry | null;
  /** The folder that records when each key was last used. */
  readonly uses: FoundEntry | null;
  /** Paths of files that a killed process did not remove: locks, and temporary files that may contain a key. */
  readonly leftovers: readonly string[];
  /** Folders or links at the path of a lock file. They prevent every process from creating the lock. */
  readonly obstacles: readonly string[];
}
