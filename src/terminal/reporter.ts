import type { Clock } from '../context/clock';
import type { Output } from '../context/io';
import type { Notes, Progress } from '../context/notes';
import { stepLine, widthOf } from './step-line';
import type { StepList } from './steps';
import type { Style } from './style';
import { defuseWorkflowCommands, escapeText } from './text';
import { hang, type Wrap } from './wrap';

interface ReporterOptions {
  readonly stderr: Output;
  readonly clock: Clock;
  readonly style: Style;
  readonly wrap: Wrap;
  /** Nothing at all, a line for each event, or a list that is redrawn. */
  readonly mode: 'quiet' | 'lines' | 'live';
  readonly verbose: boolean;
}

export interface Reporter extends Notes, Progress {
  /** Takes the list away while something else is printed. */
  clear(): void;
  /** Puts it back. */
  redraw(): void;
  /** Leaves the screen to a question until it is answered. */
  pauseFor<Value>(task: () => Promise<Value>): Promise<Value>;
  /** Leaves the screen as it is to stay. */
  finish(): void;
  /** Waits until the system has taken all of it, or never will. */
  written(): Promise<void>;
}

/** Tells a person on standard error what is going on. A standard error that is gone stops nothing. */
export async function createReporter(options: ReporterOptions): Promise<Reporter> {
  const { stderr, style, wrap, mode, verbose } = options;
  // Of the last one: they are written in their order.
  let written = Promise.resolve();
  const writeAsIs = (text: string) => {
    written = stderr.write(text).catch(() => undefined);
  };
  const write = (text: string) => writeAsIs(defuseWorkflowCommands(text));
  const steps: StepList | null =
    mode === 'live' ? (await import('./steps')).createStepList({ ...options, write }) : null;

  let nameWidth = widthOf([]);

  const print = (line: string) => {
    if (steps) steps.above(line);
    else write(line);
  };
  const say = (label: string, text: string) =>
    print(`${style.yellow(label)} ${hang(escapeText(text), label.length + 1, wrap)}\n`);

  return {
    warn: (text) => say('warning:', text),
    note(text) {
      if (mode !== 'quiet') say('note:', text);
    },
    tell(text) {
      if (mode !== 'quiet' && stderr.isTerminal) print(`${wrap(escapeText(text), 0)}\n`);
    },
    showCommand(line) {
      if (mode !== 'quiet' && stderr.isTerminal) print(`  ${style.bold(escapeText(line))}\n`);
    },
    advise(text) {
      if (mode !== 'quiet' && stderr.isTerminal) say('tip:', text);
    },
    trace: verbose ? (line) => print(`${style.dim(`* ${escapeText(line)}`)}\n`) : undefined,
    log(line) {
      if (mode !== 'quiet') write(`${escapeText(line)}\n`);
    },
    command(lines) {
      steps?.clear();
      writeAsIs(lines);
      steps?.redraw();
    },
    plan(names) {
      nameWidth = widthOf(names);
      steps?.plan(names);
    },
    begin: (step) => steps?.begin(step),
    update: (fraction, text) => steps?.update(fraction, text),
    end(step, outcome) {
      if (steps) steps.end(step, outcome);
      else if (mode === 'lines') write(`${stepLine(step.padEnd(nameWidth), outcome, style)}\n`);
    },
    clear: () => steps?.clear(),
    redraw: () => steps?.redraw(),
    dismiss: () => steps?.dismiss(),
    async pauseFor(task) {
      steps?.pause();
      try {
        return await task();
      } finally {
        steps?.resume();
      }
    },
    finish: () => steps?.finish(),
    written: () => written,
  };
}
