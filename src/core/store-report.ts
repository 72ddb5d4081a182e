import type { CliError } from './errors';

/** A file, folder or link at a path. Links are not followed. */
export interface FoundEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** The nine permission bits, for owner, group and others. */
  readonly mode: number;
  /** Whether this user owns it. Always true on Windows, where files have no such owner. */
  readonly isOwn: boolean;
}

/** What is in the settings folder. Null means that there is nothing. */
export interface StoreReport {
  /** The path of the folder, which may be missing. Empty if no path can be used. */
  readonly path: string;
  /** Why nothing may be stored there, such as: another user owns the folder. */
  readonly fault: CliError | null;
  /** Whether files have owners and permission bits. False on Windows. */
  readonly hasModes: boolean;
  /** If the folder is a link, this is its target, since writers follow the link, too. */
  readonly folder: FoundEntry | null;
  readonly settings: FoundEntry | null;
  readonly ledger: FoundEntry | null;
  /** The folder with the time of the last use of each key. */
  readonly uses: FoundEntry | null;
  /** Files of processes that were killed while they wrote: locks, and temporary files that may contain a key. */
  readonly leftovers: readonly string[];
  /** Folders or links at the path of a lock file. Because of them, no process can lock the file. */
  readonly obstacles: readonly string[];
}
