import type { SandboxLog } from '../context/servers';
import type { TargetContext } from './target';

interface Showing {
  /** As one JSON document a line. */
  readonly json: boolean;
  /** Refusals and errors alone, or every request. */
  readonly only: 'refusals' | 'all';
}

/** Shows on standard error what a sandbox tells of its requests. */
export function showSandbox(
  { notes, signal }: Pick<TargetContext, 'notes' | 'signal'>,
  { json, only }: Showing,
): SandboxLog {
  return (line, entry) => {
    // What is dropped at the end would follow the last word on standard error.
    if (signal.aborted || (only === 'refusals' && entry.code === null)) return;
    notes.log(json ? JSON.stringify(entry) : line);
  };
}
