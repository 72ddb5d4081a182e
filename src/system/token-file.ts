import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CliError, shortageOf } from '../core/errors';
import type { Secret } from '../core/secret';
import { reasonSuffix } from '../core/system-reasons';

/**
 * The file from which the program of `vstoken exec` can read its token. It is in a temporary folder, and only this user can read
 * it.
 */
export interface TokenFile {
  /** The path of the file. It stays the same until `remove`. */
  readonly path: string;
  /**
   * Replaces the content atomically: a reader gets either the old or the new content as a whole.
   * @throws CliError `output_unwritable`
   */
  replace(content: Secret): void;
  /** Removes the file and its folder, even if a program has changed them. Never throws. */
  remove(): void;
}

/**
 * Creates the file with a token.
 * @throws CliError `output_unwritable`
 */
export function createTokenFile(content: Secret): TokenFile {
  const folder = orUnwritable(() => mkdtempSync(join(resolve(tmpdir()), 'vstoken-')));
  let inode = lstatSync(folder).ino;
  const path = join(folder, 'token');
  /**
   * Whether the folder still exists. During a long run, a cleaner of temporary files may remove it. Throws if the path now leads
   * to another folder, which another user may have created.
   */
  const folderExists = () => {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found && found.ino !== inode) {
      throw Object.assign(new Error('another folder'), { code: 'EEXIST' });
    }
    return found !== undefined;
  };
  const remove = () => {
    try {
      if (!folderExists()) return;
      chmodSync(folder, 0o700);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Ignore the failure, because an error would replace the program's exit code. The system deletes temporary files later.
    }
  };
  try {
    orUnwritable(() => write(path, content));
  } catch (error) {
    remove();
    throw error;
  }
  return {
    path,
    replace: (next) =>
      orUnwritable(() => {
        if (!folderExists()) {
          mkdirSync(folder, { mode: 0o700 });
          inode = lstatSync(folder).ino;
        }
        const fresh = join(folder, 'token.new');
        // Remove the file of an earlier write that failed.
        rmSync(fresh, { force: true });
        write(fresh, next);
        renameSync(fresh, path);
      }),
    remove,
  };
}

function write(path: string, content: Secret): void {
  writeFileSync(path, content.reveal(), { mode: 0o600, flag: 'wx' });
}

function orUnwritable<Value>(task: () => Value): Value {
  try {
    return task();
  } catch (cause) {
    const says = `The file for the token could not be written${reasonSuffix(cause)}.`;
    const hint = 'Check the folder for temporary files (TMPDIR), and the free space of its disk.';
    throw shortageOf(cause) ?? new CliError('output_unwritable', says, { hint, cause });
  }
}
