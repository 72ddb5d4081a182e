import type { TranscriptionUpdate } from '../api/api';
import type { Segment } from '../core/transcript';
import type { StepRecord } from './step-recorder';
import type { TestDocument } from './test-document';

/** What `--follow` tells as it happens; under --json each is a line. */
export type TestEvent =
  | ({ readonly type: 'step' } & StepRecord)
  | { readonly type: 'progress'; readonly progress: number }
  | ({ readonly type: 'segment' } & Segment)
  | ({ readonly type: 'result' } & TestDocument);

/** Those that come before the result. */
export type PassingEvent = Exclude<TestEvent, { readonly type: 'result' }>;

/**
 * The events of updates that each hold the whole transcript so far. A segment is told once, when another follows it or the
 * work is done: until then its text may still change.
 */
export function createUpdateFollower(): (update: TranscriptionUpdate) => readonly PassingEvent[] {
  let told = 0;
  let lastProgress: number | null = null;
  return ({ segments, done, progress }) => {
    const settled = done ? segments.length : segments.length - 1;
    const fresh = segments.slice(told, Math.max(told, settled));
    told += fresh.length;
    const hasMoved = progress !== null && progress !== lastProgress;
    lastProgress = progress;
    return [
      ...(hasMoved ? [{ type: 'progress', progress } as const] : []),
      ...fresh.map(({ start, end, text }) => ({ type: 'segment', start, end, text }) as const),
    ];
  };
}

/** An event as a line for a person; empty for those that the list of steps shows already. */
export function renderEvent(event: PassingEvent): string {
  if (event.type !== 'segment') return '';
  return `${clockTime(event.start)} - ${clockTime(event.end)}  ${event.text.trim()}\n`;
}

/** Seconds as minutes and seconds: `01:02.5`. */
function clockTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${String(minutes).padStart(2, '0')}:${(seconds - minutes * 60).toFixed(1).padStart(4, '0')}`;
}
