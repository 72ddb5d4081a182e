import type { Clock } from '../context/clock';
import type { Output } from '../context/io';
import type { Notes, Progress } from '../context/notes';
import { loadWithhold, type SecretRegister } from '../core/secret-register';
import type { Withhold } from '../core/withhold';
import { stepLine, widthOf } from './step-line';
import type { StepList } from './steps';
import type { Style } from './style';
import { escapeText, escapeWorkflowCommands } from './text';
import { type WrapText, wrapHanging } from './wrap';

interface ReporterOptions {
  readonly stderr: Output;
  readonly clock: Clock;
  readonly secrets: SecretRegister;
  readonly style: Style;
  readonly wrap: WrapText;
  /** How progress is shown. `quiet`: not at all. `lines`: one line for each event. `live`: a list that is redrawn. */
  readonly mode: 'quiet' | 'lines' | 'live';
  readonly verbose: boolean;
}

export interface Reporter extends Notes, Progress {
  /** Removes the list while other text is printed. */
  clear(): void;
  redraw(): void;
  /** Removes the list while a question is asked. */
  pauseFor<Value>(task: () => Promise<Value>): Promise<Value>;
  /** Stops redrawing and leaves the list on the screen. */
  finish(): void;
  /**
   * Waits until the write of each text has started, so that later output comes after these texts. The writes may not have ended.
   */
  handedOver(): Promise<void>;
  /** Waits until the write of each text has ended, with or without an error. */
  written(): Promise<void>;
}

/** Creates a reporter that shows notes and progress on standard error. If standard error is closed, nothing is shown. */
export async function createReporter(options: ReporterOptions): Promise<Reporter> {
  const { stderr, secrets, style, wrap, mode, verbose } = options;
  // The promise of the last write. Earlier writes end before it, because writes keep their order.
  let written = Promise.resolve();
  let handedOver = Promise.resolve();
  const writeAsIs = (text: string) => {
    written = stderr.write(text).catch(() => undefined);
  };
  const write = (text: string) => writeAsIs(escapeWorkflowCommands(text));
  // All modules are loaded before the list is drawn, because drawing must not wait.
  const withholdAtOnce = mode === 'live' ? await secrets.load() : null;
  const steps: StepList | null = withholdAtOnce
    ? (await import('./steps')).createStepList({ ...options, write, withhold: withholdAtOnce })
    : null;

  let nameWidth = widthOf([]);

  const inOrder = (task: () => Promise<void>) => {
    handedOver = handedOver.then(task).catch(() => undefined);
  };
  const printWithheld = (make: (withhold: Withhold) => string) => {
    if (steps && withholdAtOnce) steps.above(make(withholdAtOnce));
    // If the secrets cannot be loaded, the text is not shown, because it may contain a secret.
    else inOrder(async () => write(make(await loadWithhold(secrets))));
  };
  const say = (label: string, text: string) =>
    printWithheld((withhold) => {
      const shown = wrapHanging(escapeText(withhold(text)), label.length + 1, wrap);
      return `${style.yellow(label)} ${shown}\n`;
    });

  return {
    warn: (text) => say('warning:', text),
    note(text) {
      if (mode !== 'quiet') say('note:', text);
    },
    tell(text) {
      if (mode === 'quiet' || !stderr.isTerminal) return;
      printWithheld((withhold) => `${wrap(escapeText(withhold(text)), 0)}\n`);
    },
    showCommand(line) {
      if (mode === 'quiet' || !stderr.isTerminal) return;
      printWithheld((withhold) => `  ${style.bold(escapeText(withhold(line)))}\n`);
    },
    advise(text) {
      if (mode !== 'quiet' && stderr.isTerminal) say('tip:', text);
    },
    trace: verbose
      ? (line) => printWithheld((withhold) => `${style.dim(`* ${escapeText(withhold(line))}`)}\n`)
      : undefined,
    log(line) {
      if (mode !== 'quiet') printWithheld((withhold) => `${escapeText(withhold(line))}\n`);
    },
    command(lines) {
      if (!steps) {
        inOrder(async () => writeAsIs(lines));
        return;
      }
      steps.clear();
      writeAsIs(lines);
      steps.redraw();
    },
    plan(names) {
      nameWidth = widthOf(names);
      steps?.plan(names);
    },
    begin: (step) => steps?.begin(step),
    update: (fraction, text) => steps?.update(fraction, text),
    end(step, outcome) {
      if (steps) steps.end(step, outcome);
      else if (mode === 'lines') {
        printWithheld((withhold) => {
          const { detail } = outcome;
          const shown = { ...outcome, detail: detail && withhold(detail) };
          return `${stepLine(step.padEnd(nameWidth), shown, style)}\n`;
        });
      }
    },
    clear: () => steps?.clear(),
    redraw: () => steps?.redraw(),
    dismiss: () => steps?.dismiss(),
    async pauseFor(task) {
      await handedOver;
      steps?.pause();
      try {
        return await task();
      } finally {
        steps?.resume();
      }
    },
    finish: () => steps?.finish(),
    handedOver: () => handedOver,
    written: () => handedOver.then(() => written),
  };
}
