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
import { because } from '../core/system-reasons';

/** A file that only this user may read, in a folder of its own. */
export interface TokenFile {
  /** Never changes. */
  readonly path: string;
  /** Whoever reads the file meanwhile gets all of the old content, or all of the new. @throws CliError `output_unwritable` */
  replace(content: Secret): void;
  /** Removes it with its folder, whatever a program has done with them. Never fails. */
  remove(): void;
}

/** @throws CliError `output_unwritable` */
export function createTokenFile(content: Secret): TokenFile {
  const folder = orUnwritable(() => mkdtempSync(join(resolve(tmpdir()), 'vstoken-')));
  let inode = lstatSync(folder).ino;
  const path = join(folder, 'token');
  /**
   * Whether the folder is there. In the course of days a cleaner of temporary files may remove it, and another user may make one of
   * the same name.
   */
  const isThere = () => {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found && found.ino !== inode) {
      throw Object.assign(new Error('another folder'), { code: 'EEXIST' });
    }
    return found !== undefined;
  };
  const remove = () => {
    try {
      if (!isThere()) return;
      chmodSync(folder, 0o700);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // What the system keeps cannot be helped here, and is worth no program's exit code.
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
        if (!isThere()) {
          mkdirSync(folder, { mode: 0o700 });
          inode = lstatSync(folder).ino;
        }
        const fresh = join(folder, 'token.new');
        // Of a try that failed.
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
    const says = `The file for the token could not be written${because(cause)}.`;
    const hint = 'Check the folder for temporary files (TMPDIR), and its disk.';
    throw shortageOf(cause) ?? new CliError('output_unwritable', says, { hint, cause });
  }
}
