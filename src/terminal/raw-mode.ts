import type { ReadStream } from 'node:tty';
import type { Clock } from '../context/clock';
import { outliveTerminal } from './closed-terminal';

/** A process that is not stopped by then has no shell that could continue it. */
const STOP_MS = 20;

/** What of a process the keyboard takes. */
export type TerminalProcess = Pick<
  NodeJS.Process,
  'stdin' | 'stderr' | 'platform' | 'pid' | 'kill' | 'on' | 'emit'
> & { removeListener(name: string, listener: () => void): unknown };

export interface RawModeEvents {
  onKeys(keys: Buffer): void;
  /** Standard input has ended, or failed. */
  onEnd(): void;
  /** The process is about to be stopped. */
  onStop(): void;
  /** It goes on, and something else may be on the screen. */
  onContinue(): void;
}

/** The terminal at standard input while it shows nothing of what is typed, and makes no signal of it. */
export interface RawMode {
  begin(): void;
  end(): void;
  /** Stops the process, as the terminal would at Ctrl-Z. */
  stop(): void;
  /** Ends it, as the terminal would at Ctrl-C. */
  interrupt(): void;
}

const nothing = () => undefined;

/** Where there are no signals of job control, as on Windows, nobody takes the terminal away. */
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

  /** As long as the process lives: an error that nobody listens to would end it. */
  function watchOnce(): void {
    if (isWatched) return;
    isWatched = true;
    for (const event of ['end', 'close', 'error']) node.stdin.on(event, onEnd);
    node.stderr.on('error', nothing);
    outliveTerminal(node);
  }

  /** Node.js takes a terminal that it has put into raw mode to be so still, whatever a shell has made of it. */
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
      // A terminal that is still read would keep the process alive.
      node.stdin.pause();
    },
    stop() {
      onStop();
      setRaw(false);
      try {
        // The whole group: a shell waits for all of it, and npx is a part of it.
        node.kill(0, 'SIGTSTP');
      } catch {
        // Nothing is stopped.
      }
      cancelContinuing?.();
      // After the signals that have come by then.
      cancelContinuing = clock.timer(STOP_MS, () =>
        setImmediate(() => {
          if (cancelContinuing) goOn();
        }),
      );
    },
    interrupt() {
      // Nobody listens to a second one: it ends the process.
      if (node.emit('SIGINT', 'SIGINT')) return;
      setRaw(false);
      node.kill(node.pid, 'SIGINT');
    },
  };
}
