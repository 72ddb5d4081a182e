import type { CliError } from './errors';

/** What there is at a path, links not followed. */
export interface Surveyed {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** The nine permission bits, for owner, group and others. */
  readonly mode: number;
  /** Whether it is this user's; true where the system has no such owners. */
  readonly isOwn: boolean;
}

/** What there is in the folder of the settings; null stands for nothing. */
export interface Survey {
  /** The path of the folder, whether there is one or not; empty where no path is usable. */
  readonly path: string;
  /** Why nothing may be kept there, whether there is a folder or not: it is another user's, or there is no such path. */
  readonly fault: CliError | null;
  /** Whether owners and permission bits mean something here: on Windows they do not. */
  readonly hasModes: boolean;
  /** Followed, where it is a link: so do those who write to it. */
  readonly folder: Surveyed | null;
  readonly settings: Surveyed | null;
  readonly ledger: Surveyed | null;
  /** The folder of the moments at which keys were used. */
  readonly uses: Surveyed | null;
  /** What killed writers left behind: drafts, which may hold a key, and locks. */
  readonly leftovers: readonly string[];
  /** What is in the place of a lock and is no plain file: nobody can take the lock. */
  readonly obstacles: readonly string[];
}
