import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';

/** The flags for opening a file. Without O_NONBLOCK, opening a pipe that has no writer would block the process forever. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

export async function readBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = openSync(path, READ);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw Object.assign(new Error('not a file'), { code: NOT_A_FILE });
    return readFrom(file, Math.min(maxBytes, stats.size));
  } finally {
    closeSync(file);
  }
}

/** The error code for anything that is not a regular file. */
const NOT_A_FILE = 'EISDIR';

function readFrom(file: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const count = readSync(file, bytes, length, size - length, null);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

export async function readText(
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const file = openSync(path, READ);
  if (fstatSync(file).isFIFO()) return readPipe(file, maxBytes, signal);
  try {
    return readFrom(file, maxBytes).toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** Reads a pipe on the event loop, so that reading can be cancelled. The socket closes the descriptor. */
async function readPipe(file: number, maxBytes: number, signal: AbortSignal): Promise<string> {
  const pipe = new Socket({ fd: file, readable: true, writable: false });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of addAbortSignal(signal, pipe) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

export async function appendLines(path: string, lines: string): Promise<void> {
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    // If the last line has no line feed, add one, so that the new lines start on a line of their own.
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const isEnded = size === 0 || last[0] === NEWLINE;
    await file.writeFile(isEnded ? lines : `\n${lines}`);
  } finally {
    await file.close();
  }
}

const NEWLINE = 0x0a;
