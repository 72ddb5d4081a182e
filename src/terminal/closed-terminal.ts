import { closeSync } from 'node:fs';
import { isClosedTerminal } from './is-terminal';

const guarded = new WeakSet<object>();

/**
 * Lets a process exit normally after its terminal was closed. Without this, Node.js aborts: on exit it resets each terminal that
 * it started with, and fails if the terminal is closed. Node.js skips closed descriptors, so the descriptors of closed terminals
 * are closed first. See `ResetStdio` in src/node.cc of Node.js.
 */
export function handleClosedTerminal(node: Pick<NodeJS.Process, 'on' | 'platform'>): void {
  if (node.platform === 'win32' || guarded.has(node)) return;
  guarded.add(node);
  node.on('exit', () => {
    for (const descriptor of [0, 1, 2]) {
      if (isClosedTerminal(descriptor)) closeQuietly(descriptor);
    }
  });
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // The descriptor is already closed.
  }
}
