import type { TranscriptionUpdate } from '../../api/api';
import type { CommandContext, Page } from '../../cli/define';
import { loadWithhold } from '../../core/secret-register';
import { type Segment, transcriptText } from '../../core/transcript';
import { WITHHELD } from '../../core/withhold';
import type { StepRecord } from '../../reports/step-recorder';
import type { TestDocument } from './document';

/** An event of `--follow`. With --json, each event is printed as one line of JSON. */
export type TestEvent =
  | ({ readonly type: 'step' } & StepRecord)
  | { readonly type: 'progress'; readonly progress: number }
  | ({ readonly type: 'segment' } & Segment)
  | ({ readonly type: 'result' } & TestDocument);

/** Any event except the last one, which is the result. */
export type PassingEvent = Exclude<TestEvent, { readonly type: 'result' }>;

/**
 * Returns a function that converts the updates of a transcription to events of --follow. Each update contains the whole
 * transcript so far. A segment is reported when it is final. If a reported segment changes later, it is reported again with the
 * last update.
 */
export function createUpdateFollower(): (update: TranscriptionUpdate) => readonly PassingEvent[] {
  const told: Segment[] = [];
  let lastProgress: number | null = null;
  return ({ segments, settled, done, progress }) => {
    const isNews = (segment: Segment, index: number) => {
      const before = told[index];
      return before === undefined || (done && !isSame(before, segment));
    };
    const fresh = segments.slice(0, settled).filter(isNews);
    told.push(...segments.slice(told.length, settled));
    const hasMoved = progress !== null && progress !== lastProgress;
    lastProgress = progress;
    return [
      ...(hasMoved ? [{ type: 'progress', progress } as const] : []),
      ...fresh.map(({ start, end, text }) => ({ type: 'segment', start, end, text }) as const),
    ];
  };
}

function isSame(one: Segment, other: Segment): boolean {
  return one.start === other.start && one.end === other.end && one.text === other.text;
}

/**
 * Returns the line that is printed for a segment. Returns an empty text for other events, because the list of steps shows them.
 */
export function renderEvent(event: PassingEvent, page: Page): string {
  if (event.type !== 'segment') return '';
  const times = `${clockTime(event.start)} - ${clockTime(event.end)}  `;
  return `${times}${page.wrap(event.text.trim(), times.length)}\n`;
}

/** Formats seconds as minutes and seconds: `01:02.5`. */
function clockTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${String(minutes).padStart(2, '0')}:${(seconds - minutes * 60).toFixed(1).padStart(4, '0')}`;
}

/**
 * Removes the text of all segments if the whole transcript contains a secret, because the secret may be divided between several
 * segments.
 */
export async function withheldUpdate(
  { secrets }: Pick<CommandContext, 'secrets'>,
  update: TranscriptionUpdate,
): Promise<TranscriptionUpdate> {
  const withhold = await loadWithhold(secrets);
  if (withhold(transcriptText(update.segments)) !== WITHHELD) return update;
  return { ...update, segments: update.segments.map((one) => ({ ...one, text: WITHHELD })) };
}
