import { closeSync } from 'node:fs';
import { isClosedTerminal } from './is-terminal';

const guarded = new WeakSet<object>();

/**
 * For processes that may outlive their terminal. On exit Node.js resets each terminal that it started with, and aborts if that
 * fails, as it does for a closed terminal. It skips descriptors that are closed: `ResetStdio` in src/node.cc.
 */
export function outliveTerminal(node: Pick<NodeJS.Process, 'on' | 'platform'>): void {
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
    // It is closed.
  }
}
