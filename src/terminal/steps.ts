import wrapAnsi from 'wrap-ansi';
import type { Clock } from '../context/clock';
import type { Output } from '../context/io';
import type { StepOutcome } from '../context/notes';
import type { Withhold } from '../core/withhold';
import { widthOf } from './step-line';
import type { Style } from './style';
import { escapeText } from './text';

interface StepListOptions {
  readonly stderr: Output;
  readonly clock: Clock;
  readonly style: Style;
  readonly write: (text: string) => void;
  /** Replaces a text that contains a secret. Used for texts that servers sent. */
  readonly withhold: Withhold;
}

/** A list of steps at the bottom of a terminal. The list is redrawn when a step progresses. */
export interface StepList {
  plan(steps: readonly string[]): void;
  begin(step: string): void;
  update(fraction: number | null, text: string): void;
  end(step: string, outcome: StepOutcome): void;
  /** Prints a line above the list. The line stays on the screen. */
  above(line: string): void;
  clear(): void;
  redraw(): void;
  /** Removes the list until `resume`. */
  pause(): void;
  resume(): void;
  /** Removes the list permanently. */
  dismiss(): void;
  finish(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
const BAR_WIDTH = 24;
const MAX_DRAWN = 4000;
const INDENT = '    ';
const ERASE_TO_END = '\u001b[J';
const ERASE_LINE = '\u001b[K';

function wrapLine(line: string, width: number): string[] {
  const [first = '', ...rest] = wrapAnsi(line, width - INDENT.length, {
    hard: true,
    trim: false,
  }).split('\n');
  return [first, ...rest.map((more) => `${INDENT}${more.trimStart()}`)];
}

function markOf({ ok }: StepOutcome, style: Style): string {
  if (ok === null) return style.yellow('-');
  return ok ? style.green('✓') : style.red('✗');
}

export function createStepList(options: StepListOptions): StepList {
  const { stderr, clock, style, write, withhold } = options;
  const outcomes = new Map<string, StepOutcome | null>();
  const running = new Set<string>();
  let nameWidth = widthOf([]);
  let fraction: number | null = null;
  let text = '';
  let frame = 0;
  let drawnLines = 0;
  let cancelFrame: () => void = () => undefined;

  /** Returns the maximum length of a text, in characters. Wrapping a text that is longer than the screen could take seconds. */
  const screenSize = () => Math.min(MAX_DRAWN, stderr.columns() * stderr.rows());

  const stepLine = (step: string, outcome: StepOutcome | null) => {
    const name = step.padEnd(nameWidth);
    if (outcome) {
      const mark = markOf(outcome, style);
      const detail = ` ${escapeText((outcome.detail ?? '').slice(0, screenSize()))}`;
      return `${mark} ${name} ${style.dim(`${outcome.ms} ms`.padStart(8))} ${detail}`;
    }
    if (!running.has(step)) return style.dim(`○ ${name}`);
    return `${style.cyan(FRAMES[frame] ?? '')} ${name} ${fraction === null ? '' : bar(fraction)}`;
  };

  const bar = (part: number) => {
    const width = Math.max(4, Math.min(BAR_WIDTH, stderr.columns() - nameWidth - 14));
    const full = Math.round(Math.max(0, Math.min(1, part)) * width);
    const percent = `${Math.round(part * 100)}%`.padStart(4);
    return `${style.green('━'.repeat(full))}${style.dim('─'.repeat(width - full))} ${percent}`;
  };

  const lines = (limit: number) => {
    const width = Math.max(10, stderr.columns() - 1);
    const wrap = (line: string) => wrapLine(line.trimEnd(), width);
    const list = [...outcomes].flatMap(([step, outcome]) => wrap(stepLine(step, outcome)));
    if (list.length > limit) return inShort(limit, wrap);
    return running.size === 0 || text === ''
      ? list
      : [...list, ...transcriptLines(limit - list.length, wrap)];
  };

  /** Returns the lines of the transcript so far. If not all lines fit, returns the last lines. */
  const transcriptLines = (room: number, wrap: (line: string) => string[]) => {
    const end = text.slice(-screenSize()).replace(/^[\udc00-\udfff]/, '');
    const all = wrap(`  ${style.dim('“')}${escapeText(end)}`);
    if (all.length <= room && end.length === text.length) return all;
    return room < 2 ? [] : [`${INDENT}…`, ...all.slice(1 - room)];
  };

  /**
   * Returns a short form of the list, for the case that not all steps fit: the number of passed steps, and the lines of the other
   * steps.
   */
  const inShort = (limit: number, wrap: (line: string) => string[]) => {
    const open = [...outcomes].filter(([, outcome]) => outcome?.ok !== true);
    const done = outcomes.size - open.length;
    const shown = open.flatMap(([step, outcome]) => wrap(stepLine(step, outcome)));
    return [style.dim(`${done} of ${outcomes.size} done`), ...shown].slice(0, limit);
  };

  const erase = () => {
    if (drawnLines === 0) return '';
    const sequence = `\u001b[${drawnLines}A\r${ERASE_TO_END}`;
    drawnLines = 0;
    return sequence;
  };

  /**
   * Draws the list over the old list, line by line. Erasing the whole screen first would move the old list into the terminal's
   * history.
   */
  const draw = (before = '', limit = Math.max(1, stderr.rows() - 2)) => {
    const shown = lines(limit);
    const isDrawn = drawnLines > 0;
    const up = isDrawn ? `\u001b[${drawnLines}A\r` : '';
    const above = isDrawn && before !== '' ? `${ERASE_TO_END}${before}` : before;
    const list = shown.map((line) => `${line}${ERASE_LINE}\n`).join('');
    write(`${up}${above}${list}${drawnLines > shown.length ? ERASE_TO_END : ''}`);
    drawnLines = shown.length;
  };

  const animate = () => {
    cancelFrame();
    cancelFrame = clock.timer(FRAME_MS, () => {
      frame = (frame + 1) % FRAMES.length;
      draw();
      animate();
    });
  };

  return {
    plan(steps) {
      nameWidth = widthOf(steps);
      for (const step of steps) outcomes.set(step, null);
    },
    begin(step) {
      running.add(step);
      fraction = null;
      text = '';
      outcomes.set(step, null);
      draw();
      animate();
    },
    update(part, shown) {
      fraction = part;
      text = withhold(shown);
      draw();
    },
    end(step, outcome) {
      running.delete(step);
      if (running.size === 0) cancelFrame();
      const { detail } = outcome;
      outcomes.set(step, { ...outcome, detail: detail && withhold(detail) });
      draw();
    },
    above: (line) => draw(line),
    clear: () => write(erase()),
    redraw: () => draw(),
    pause() {
      cancelFrame();
      write(erase());
    },
    resume() {
      draw();
      if (running.size > 0) animate();
    },
    dismiss() {
      cancelFrame();
      running.clear();
      outcomes.clear();
      write(erase());
    },
    finish() {
      cancelFrame();
      running.clear();
      if (drawnLines > 0) draw('', Number.POSITIVE_INFINITY);
      drawnLines = 0;
    },
  };
}
