import type { ReadStream } from 'node:tty';
import type { Clock } from '../context/clock';
import { outliveTerminal } from './closed-terminal';

/** If the process still runs after this time, no shell could continue it. In milliseconds. */
const STOP_MS = 20;

/** What reading the keyboard needs of a process. */
export type TerminalProcess = Pick<
  NodeJS.Process,
  'stdin' | 'stderr' | 'platform' | 'pid' | 'kill' | 'on' | 'emit'
> & { removeListener(name: string, listener: () => void): unknown };

export interface RawModeEvents {
  onKeys(keys: Buffer): void;
  /** Called when standard input ends or fails. */
  onEnd(): void;
  /** Called before Ctrl-Z stops the process. */
  onStop(): void;
  /** Called when the process continues. Other programs may have written to the screen. */
  onContinue(): void;
}

/** The terminal at standard input in raw mode: it echoes nothing, and sends no signals for keys. */
export interface RawMode {
  begin(): void;
  end(): void;
  /** Stops the process, as Ctrl-Z does in a normal terminal. */
  stop(): void;
  /** Interrupts the process, as Ctrl-C does in a normal terminal. */
  interrupt(): void;
}

const nothing = () => undefined;

/** Without job control, as on Windows, no other program uses the terminal meanwhile. */
export const hasJobControl = ({ platform }: Pick<NodeJS.Process, 'platform'>) =>
  platform !== 'win32';

export function createRawMode(
  node: TerminalProcess,
  clock: Clock,
  { onKeys, onEnd, onStop, onContinue }: RawModeEvents,
): RawMode {
  let isOn = false;
  let isWatched = false;
  let cancelContinuing: (() => void) | null = null;

  const setRaw = (isRaw: boolean) => void (node.stdin as ReadStream).setRawMode?.(isRaw);
  const take = (chunk: Buffer | string) => onKeys(Buffer.from(chunk as string));

  /** Listens for the life of the process: an error without a listener would end it. */
  function watchOnce(): void {
    if (isWatched) return;
    isWatched = true;
    for (const event of ['end', 'close', 'error']) node.stdin.on(event, onEnd);
    node.stderr.on('error', nothing);
    outliveTerminal(node);
  }

  /** Node.js remembers raw mode and does not set it again, even if a shell has reset the terminal. */
  function goOn(): void {
    cancelContinuing?.();
    cancelContinuing = null;
    if (!isOn) return;
    setRaw(false);
    setRaw(true);
    node.stdin.resume();
    onContinue();
  }

  return {
    begin() {
      isOn = true;
      watchOnce();
      setRaw(true);
      node.stdin.on('data', take).resume();
      if (hasJobControl(node)) node.on('SIGCONT', goOn);
    },
    end() {
      isOn = false;
      cancelContinuing?.();
      if (hasJobControl(node)) node.removeListener('SIGCONT', goOn);
      node.stdin.removeListener('data', take);
      setRaw(false);
      // A terminal that is still being read would keep the process alive.
      node.stdin.pause();
    },
    stop() {
      onStop();
      setRaw(false);
      try {
        // The whole process group: a shell waits for all of it, and npx is a member.
        node.kill(0, 'SIGTSTP');
      } catch {
        // Nothing is stopped.
      }
      cancelContinuing?.();
      // After pending signals are handled.
      cancelContinuing = clock.timer(STOP_MS, () =>
        setImmediate(() => {
          if (cancelContinuing) goOn();
        }),
      );
    },
    interrupt() {
      // The second signal has no handler and ends the process.
      if (node.emit('SIGINT', 'SIGINT')) return;
      setRaw(false);
      node.kill(node.pid, 'SIGINT');
    },
  };
}
