import type { SandboxLog } from '../context/servers';
import type { TargetContext } from './target';

interface SandboxLogOptions {
  /** Whether each entry of the log is printed as one line of JSON. */
  readonly json: boolean;
  /** `refusals` shows only refused and failed requests. */
  readonly only: 'refusals' | 'all';
}

/** Prints the log of a sandbox on standard error. */
export function showSandbox(
  { notes, signal }: Pick<TargetContext, 'notes' | 'signal'>,
  { json, only }: SandboxLogOptions,
): SandboxLog {
  return (line, entry) => {
    // Nothing is shown after the command was aborted. Otherwise cancelled requests would appear after the command's last message.
    if (signal.aborted || (only === 'refusals' && entry.code === null)) return;
    notes.log(json ? JSON.stringify(entry) : line);
  };
}
