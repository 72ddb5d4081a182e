import type { StepOutcome } from '../context/notes';
import type { Style } from './style';
import { escapeText } from './text';

const MIN_WIDTH = 10;

/** Returns the width of the column with the names of steps, in characters. */
export function widthOf(names: readonly string[]): number {
  return Math.max(MIN_WIDTH, ...names.map((name) => name.length));
}

/** Returns the line for a step that has ended, for output that is not redrawn. */
export function stepLine(name: string, outcome: StepOutcome, style: Style): string {
  const mark =
    outcome.ok === null
      ? style.yellow('skip  ')
      : outcome.ok
        ? style.green('ok    ')
        : style.red('failed');
  const detail = outcome.detail === undefined ? '' : `  ${escapeText(outcome.detail)}`;
  return `${mark} ${name} ${`${outcome.ms} ms`.padStart(8)}${detail}`;
}
