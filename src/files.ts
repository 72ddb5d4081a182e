import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, appendFile, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export async function readBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(maxBytes, await sizeOf(file, maxBytes)));
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

/** Pipes and devices do not know their size; they are read up to the limit. */
async function sizeOf(file: Awaited<ReturnType<typeof open>>, otherwise: number): Promise<number> {
  const stats = await file.stat();
  return stats.isFile() && stats.size > 0 ? stats.size : otherwise;
}

export async function readText(path: string, maxBytes: number): Promise<string> {
  return Buffer.from(await readBytes(path, maxBytes)).toString('utf8');
}

export function appendText(path: string, text: string): Promise<void> {
  return appendFile(path, text);
}

/** A reader sees the old file or the new one, and a full disk costs neither. */
export async function writeText(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

export async function isWritable(path: string): Promise<boolean> {
  const [isInReach, isReplaceable] = await Promise.all([
    access(dirname(path), constants.W_OK).then(
      () => true,
      () => false,
    ),
    stat(path).then(
      (stats) => stats.isFile(),
      () => true,
    ),
  ]);
  return isInReach && isReplaceable;
}
