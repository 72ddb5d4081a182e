import { closeSync } from 'node:fs';
import { isClosedTerminal } from './is-terminal';

const guarded = new WeakSet<object>();

/**
 * For what may outlive its terminal. At its end Node.js gives each terminal that it began with its modes back, and aborts when that
 * fails, as it does for one that is closed by then; for a descriptor that is closed it does not try: `ResetStdio` in src/node.cc.
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
