import type { ReadStream } from 'node:tty';
import type { Clock } from '../context/clock';
import { handleClosedTerminal } from './closed-terminal';

/**
 * Ctrl-Z suspends the process with the signal SIGTSTP, until a shell resumes it with SIGCONT. If the process still runs after
 * this time (in milliseconds), it was not suspended, and raw mode is turned on again. Reason: the system does not suspend a
 * process that no shell could resume.
 */
const STOP_MS = 20;

/** The parts of a process that are needed to read the keyboard. */
export type TerminalProcess = Pick<
  NodeJS.Process,
  'stdin' | 'stderr' | 'platform' | 'pid' | 'kill' | 'on' | 'emit'
> & { removeListener(name: string, listener: () => void): unknown };

export interface RawModeEvents {
  onKeys(keys: Buffer): void;
  /** Called when standard input ends or fails. */
  onEnd(): void;
  /** Called before the process is suspended because of Ctrl-Z. */
  onStop(): void;
  /** Called when the process runs again after Ctrl-Z. Other programs may have written to the screen in the meantime. */
  onContinue(): void;
}

/** The terminal at standard input in raw mode. In raw mode a terminal echoes nothing, and sends no signals for keys. */
export interface RawMode {
  begin(): void;
  end(): void;
  /** Suspends the process, as Ctrl-Z does in a normal terminal. */
  stop(): void;
  /** Interrupts the process, as Ctrl-C does in a normal terminal. */
  interrupt(): void;
}

const nothing = () => undefined;

/**
 * Whether Ctrl-Z can suspend the process, so that the user can run other programs in the terminal. Windows cannot suspend a
 * process in this way.
 */
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

  /** Adds listeners that stay until the process ends. Reason: an error without a listener would end the process. */
  function addListenersOnce(): void {
    if (isWatched) return;
    isWatched = true;
    for (const event of ['end', 'close', 'error']) node.stdin.on(event, onEnd);
    node.stderr.on('error', nothing);
    handleClosedTerminal(node);
  }

  /**
   * Turns raw mode on again after Ctrl-Z, because a shell may have turned it off. Raw mode is turned off first: otherwise Node.js
   * would change nothing, because it assumes that raw mode is still on.
   */
  function resume(): void {
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
      addListenersOnce();
      setRaw(true);
      node.stdin.on('data', take).resume();
      if (hasJobControl(node)) node.on('SIGCONT', resume);
    },
    end() {
      isOn = false;
      cancelContinuing?.();
      if (hasJobControl(node)) node.removeListener('SIGCONT', resume);
      node.stdin.removeListener('data', take);
      setRaw(false);
      // Stop reading from the terminal, because reading would keep the process alive.
      node.stdin.pause();
    },
    stop() {
      onStop();
      setRaw(false);
      try {
        // Suspends the whole process group, including npx. A shell waits until the whole group is suspended.
        node.kill(0, 'SIGTSTP');
      } catch {
        // Ignore the error. The process could not be suspended, so the timer below turns raw mode on again.
      }
      cancelContinuing?.();
      // `setImmediate` lets Node.js handle a SIGCONT that has already arrived. This signal cancels the timer.
      cancelContinuing = clock.timer(STOP_MS, () =>
        setImmediate(() => {
          if (cancelContinuing) resume();
        }),
      );
    },
    interrupt() {
      // `emit` returns false if there is no handler, as for a second Ctrl-C. Then a real SIGINT ends the process.
      if (node.emit('SIGINT', 'SIGINT')) return;
      setRaw(false);
      node.kill(node.pid, 'SIGINT');
    },
  };
}
