import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { isatty, WriteStream } from 'node:tty';
import type { WriteText } from '../context/files';
import { codeOf } from '../core/system-reasons';
import { overwriteFile, writeAll } from '../store/overwrite';
import { findTextTarget, requireInherited, systemError } from './text-target';

export interface TextProcess {
  readonly stdout: Writable;
  readonly stderr: Writable;
  geteuid?(): number;
}

const { O_APPEND, O_NOCTTY = 0, O_NONBLOCK = 0, O_WRONLY } = constants;
/** The flags for writing. Without O_NONBLOCK, opening a pipe that has no reader would wait. With O_NONBLOCK, it fails. */
const WRITE_FLAGS = O_WRONLY | O_NONBLOCK | O_NOCTTY;
const MODE = 0o7777;

/** Implements `openText` of `Files`: checks that a file can be written, and returns the function that writes a text to it. */
export function openText(path: string, node: TextProcess): WriteText {
  const place = findTextTarget(path, node.geteuid?.());
  if (place.kind === 'descriptor') return openDescriptor(place.descriptor, node);
  if (place.kind === 'foreign') return writerOf(openSync(place.path, WRITE_FLAGS | O_APPEND));
  const { path: target } = place;
  const stats = lstatSync(target, { throwIfNoEntry: false });
  if (!stats) return openNew(target);
  if (!stats.isFile()) {
    // Never write to a disk device.
    if (stats.isBlockDevice()) throw systemError('ENOTSUP');
    return writerOf(openSync(target, WRITE_FLAGS));
  }
  closeSync(openSync(target, WRITE_FLAGS));
  return async (text) => replaceText(target, text);
}

/**
 * Checks that a new file can be created, by creating a temporary one. Reason: file permissions do not reliably show whether a
 * file can be created, above all on network file systems.
 */
function openNew(path: string): WriteText {
  const draft = temporaryPathFor(path);
  closeSync(openSync(draft, 'wx'));
  rmSync(draft);
  return async (text) => replaceText(path, text);
}

function openDescriptor(descriptor: number, { stdout, stderr }: TextProcess): WriteText {
  const stats = fstatSync(descriptor);
  requireInherited(descriptor, readDescriptors());
  if (descriptor === 1) return (text) => writeTo(stdout, text);
  if (descriptor === 2) return (text) => writeTo(stderr, text);
  return writerOf(descriptor, stats);
}

function readDescriptors(): readonly number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    return [];
  }
}

/**
 * Returns a function that writes to an open file. Pipes are written on the event loop: if the reader is slow, a direct write
 * would block the process.
 */
function writerOf(file: number, stats: Stats = fstatSync(file)): WriteText {
  if (isatty(file)) return (text) => writeTo(new WriteStream(file), text);
  if (stats.isFIFO() || stats.isSocket()) {
    return async (text) => {
      const pipe = new Socket({ fd: file, readable: false, writable: true });
      await writeTo(pipe, text);
      pipe.end();
    };
  }
  if (!stats.isFile() && !stats.isCharacterDevice()) throw systemError('ENOTSUP');
  return async (text) => writeAll(file, Buffer.from(text));
}

function writeTo(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.write(text, (error) => {
      stream.removeListener('error', reject);
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Error codes that say that a new file cannot replace the existing file. The existing file can perhaps be overwritten. */
const IN_PLACE: readonly string[] = ['EBUSY', 'EPERM', 'EACCES', 'EROFS', 'EXDEV', 'EINVAL'];

/**
 * Replaces a file atomically: a program that reads the file gets the old or the new content, and if the disk is full, the old
 * content remains. Instead, writes into the existing file if it has several names (hard links), if its owner cannot be kept, or
 * if it is a mount point.
 */
function replaceText(path: string, text: string): void {
  const before = lstatSync(path, { throwIfNoEntry: false });
  if (before && !before.isFile()) throw systemError('ENOTSUP');
  try {
    if (before && before.nlink > 1) throw systemError('EBUSY');
    replaceWhole(path, text, before);
  } catch (error) {
    if (!before || !IN_PLACE.includes(codeOf(error))) throw error;
    overwriteFile(path, text);
  }
}

function replaceWhole(path: string, text: string, before: Stats | undefined): void {
  const draft = temporaryPathFor(path);
  try {
    const file = openSync(draft, 'wx', before ? 0o600 : 0o666);
    try {
      if (before) keepOwnerAndMode(file, before);
      writeAll(file, Buffer.from(text));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function keepOwnerAndMode(file: number, { uid, gid, mode }: Stats): void {
  const own = fstatSync(file);
  if (own.uid !== uid || own.gid !== gid) fchownSync(file, uid, gid);
  fchmodSync(file, mode & MODE);
}

/**
 * Returns the path of a temporary file in the same folder. Its name does not contain the final name, because the result could be
 * longer than a file name may be.
 */
function temporaryPathFor(path: string): string {
  return join(dirname(path), `.vstoken-${randomUUID()}`);
}
