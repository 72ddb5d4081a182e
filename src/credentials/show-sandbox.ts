import type { SandboxLog } from '../context/servers';
import type { TargetContext } from './target';

interface SandboxLogOptions {
  /** Whether each entry is printed as one line of JSON. */
  readonly json: boolean;
  /** Whether only refusals and errors are shown, or all requests. */
  readonly only: 'refusals' | 'all';
}

/** Prints the log of a sandbox on standard error. */
export function showSandbox(
  { notes, signal }: Pick<TargetContext, 'notes' | 'signal'>,
  { json, only }: SandboxLogOptions,
): SandboxLog {
  return (line, entry) => {
    // Requests that are cancelled at the end would be logged after the command's last message.
    if (signal.aborted || (only === 'refusals' && entry.code === null)) return;
    notes.log(json ? JSON.stringify(entry) : line);
  };
}
