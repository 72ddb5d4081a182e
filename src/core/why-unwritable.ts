import { codeOf } from './system-reasons';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  ENOENT: 'its folder is missing',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  ENOTSUP: 'it is no file, pipe or terminal',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its symbolic links lead nowhere',
  ENXIO: 'nobody reads from it',
  EPIPE: 'nobody reads from it',
  EBADF: 'its descriptor is not open for writing',
};

/** Why something could not be written, as the end of a sentence. Null if the system gives no reason. */
export function whyUnwritable(cause: unknown): string | null {
  const code = codeOf(cause);
  return REASONS[code] ?? (/^E[A-Z0-9]+$/.test(code) ? `the system says ${code}` : null);
}
