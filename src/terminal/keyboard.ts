import { PassThrough, type Writable } from 'node:stream';
import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';
import { createRawMode, hasJobControl, type TerminalProcess } from './raw-mode';
import { createScreen, MARK_NO_PASTES, type Screen } from './screen';

/** The bytes that a terminal in raw mode sends for Ctrl-C, Ctrl-D, Ctrl-Z and Enter. */
const INTERRUPT = 0x03;
const END = 0x04;
const STOP = 0x1a;
const ENTER: readonly number[] = [0x0a, 0x0d];

export interface QuestionStreams {
  readonly input: PassThrough;
  readonly output: Writable;
  readonly signal: AbortSignal;
}

/** Reads keys from the terminal at standard input. The terminal does not show the keys. */
export interface Keyboard {
  hold<Value>(task: () => Promise<Value>): Promise<Value>;
  /**
   * Passes typed keys to a question, until the question is answered.
   * @param isHidden whether the answer is hidden on the screen. Keys that were typed before a hidden question belong to its
   * answer; keys that were typed before any other question are dropped
   * @param isWhole whether the question gets each key as soon as it arrives, and decides itself when the answer is complete. If
   * false, the question gets one line at a time
   * @throws the error of the question; CliError `interrupted` at Ctrl-D or the end of standard input; the reason of the signal if
   * it aborts
   */
  ask<Value>(
    isHidden: boolean,
    question: (streams: QuestionStreams) => Promise<Value>,
    isWhole?: boolean,
  ): Promise<Value>;
}

interface PendingQuestion {
  readonly input: PassThrough;
  readonly screen: Screen;
  readonly isWhole: boolean;
  stop(error: CliError): void;
}

const NONE = Buffer.alloc(0);

/**
 * Creates a keyboard that passes keys to the prompt library. Reason: if the library read the terminal itself, it would decide
 * what happens after Ctrl-Z, when standard input ends, or when a person types before a question appears.
 */
export function createKeyboard(node: TerminalProcess, clock: Clock, signal: AbortSignal): Keyboard {
  let holders = 0;
  let hasEnded = false;
  let typed: Buffer = NONE;
  let asked: PendingQuestion | null = null;
  let isFeeding = false;
  let isStopped = false;

  const raw = createRawMode(node, clock, {
    onKeys: take,
    onEnd() {
      hasEnded = true;
      asked?.stop(inputEnded());
    },
    onStop() {
      isStopped = true;
      asked?.screen.leave();
    },
    onContinue() {
      isStopped = false;
      asked?.screen.redraw();
      feed();
    },
  });
  const isStop = (key: number) => key === STOP && hasJobControl(node);
  const isInterrupt = (key: number) => key === INTERRUPT && !asked;

  function take(keys: Buffer): void {
    const isTyped = (key: number) => !isStop(key) && !isInterrupt(key);
    typed = Buffer.concat([typed, keys.filter(isTyped)]);
    if (keys.some(isInterrupt)) raw.interrupt();
    else if (keys.some(isStop)) raw.stop();
    feed();
  }

  /**
   * Passes typed keys to the question. A question with `isWhole` gets all keys that have arrived. Any other question gets one
   * line at a time, because the keys after Enter are for the next question. Passes nothing while the program is suspended
   * (Ctrl-Z). Reason: raw mode is then off. If the next question appeared, the terminal would show the answer that a person
   * types.
   */
  function feed(): void {
    if (isFeeding || isStopped || !asked || typed.length === 0) return;
    if (asked.isWhole) {
      asked.input.write(typed);
      typed = NONE;
      return;
    }
    const last = typed.findIndex((key) => key === END || ENTER.includes(key));
    const line = last === -1 ? typed : typed.subarray(0, last + 1);
    typed = typed.subarray(line.length);
    if (line.at(-1) === END) {
      asked.stop(cancelled());
      return;
    }
    asked.input.write(line);
    isFeeding = true;
    setImmediate(() => {
      isFeeding = false;
      feed();
    });
  }

  async function hold<Value>(task: () => Promise<Value>): Promise<Value> {
    holders += 1;
    try {
      if (holders === 1) raw.begin();
      return await task();
    } finally {
      holders -= 1;
      if (holders === 0) {
        raw.end();
        typed = NONE;
      }
    }
  }

  async function ask<Value>(
    isHidden: boolean,
    question: (streams: QuestionStreams) => Promise<Value>,
    isWhole = false,
  ): Promise<Value> {
    if (!isHidden) {
      // Drops the keys that were typed before the question was visible, since they do not answer it.
      await new Promise((resolve) => setImmediate(resolve));
      typed = NONE;
    }
    signal.throwIfAborted();
    if (hasEnded) throw inputEnded();
    const controller = new AbortController();
    const input = new PassThrough();
    const screen = createScreen(node.stderr, isWhole ? MARK_NO_PASTES : '');
    asked = { input, screen, isWhole, stop: (error) => controller.abort(error) };
    try {
      const stops = AbortSignal.any([signal, controller.signal]);
      const answer = question({ input, output: screen.output, signal: stops });
      feed();
      return await answer;
    } catch (error) {
      signal.throwIfAborted();
      controller.signal.throwIfAborted();
      throw error;
    } finally {
      asked = null;
    }
  }

  return { hold, ask: (...words) => hold(() => ask(...words)) };
}

const cancelled = () => new CliError('interrupted', 'The question was cancelled.');
const inputEnded = () => new CliError('interrupted', 'Standard input ended before the answer.');
