import { codeOf } from './system-reasons';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'this user does not have the permission to write to it',
  EPERM: 'this user does not have the permission to write to it',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  ENOTSUP: 'it is not a file, pipe or terminal',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its symbolic links form a loop',
  ENXIO: 'nobody reads from the pipe',
  EPIPE: 'nobody reads from the pipe',
  EBADF: 'its descriptor is not open for writing',
};

/** Returns why something could not be written, for example `the disk is full`. Null if the system gives no reason. */
export function whyUnwritable(cause: unknown): string | null {
  const code = codeOf(cause);
  return REASONS[code] ?? (/^E[A-Z0-9]+$/.test(code) ? `the system reports ${code}` : null);
}
