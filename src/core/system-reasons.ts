import { isError } from './is-error';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'this user does not have the permission',
  EPERM: 'this user does not have the permission',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  ELOOP: 'there are too many symbolic links',
  ENAMETOOLONG: 'the path is too long',
  ENXIO: 'it is a socket, or a device that does not exist',
  EBADF: 'it is not open for this operation',
  EIO: 'the disk or device has an error',
  ESTALE: 'the file server no longer has the file',
};

/** Returns the error code of the system, such as ENOENT. Empty if the error has no code. */
export function codeOf(error: unknown): string {
  return isError(error) && 'code' in error ? String(error.code) : '';
}

/** Returns a colon and the reason of an error, to append to a message. Empty if the error has no code. */
export function reasonSuffix(cause: unknown): string {
  return codeOf(cause) === '' ? '' : `: ${reasonOf(cause)}`;
}

/** Returns why a file could not be read or written, for example `the disk is full`. */
export function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  return (
    REASONS[code] ?? (code === '' ? 'the system gives no reason' : `the system reports ${code}`)
  );
}
