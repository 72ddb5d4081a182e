import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';

/** Matches what @inquirer/core writes before it redraws a question: move down, then erase lines upwards. */
const ERASED = /^(?:\u001b\[\d+B)?(?:\u001b\[2K(?:\u001b\[1A)?)*(?:\u001b\[G)?/;
/** Matches what @inquirer/core writes when only the cursor moves. */
const MOVED = /^\u001b\[\d*G$/;
const ERASE_BELOW = '\r\u001b[J';
/**
 * Turns off bracketed-paste mode, in which a terminal sends marks around pasted text, because the shell may not support the
 * marks.
 */
export const MARK_NO_PASTES = '\u001b[?2004l';
const SHOW_CURSOR = '\u001b[?25h';

/** The screen of one question, which can be redrawn after other output. */
export interface Screen {
  readonly output: Writable;
  redraw(): void;
  /** Prepares the terminal for other programs: turns off the modes that the question has set, and shows the cursor. */
  leave(): void;
}

/** @param modes the sequence that turns off the terminal modes that the question has set */
export function createScreen(stderr: WriteStream, modes = ''): Screen {
  let frame = '';
  let cursor = '';
  const output = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      const text = String(chunk);
      if (MOVED.test(text)) cursor = text;
      else [frame, cursor] = [text.replace(ERASED, ''), ''];
      // The write is not awaited, to keep the order with other output. A closed terminal is noticed when the terminal is read.
      stderr.write(text);
      done();
    },
  });
  Object.defineProperties(output, {
    columns: { get: () => stderr.columns },
    rows: { get: () => stderr.rows },
    isTTY: { get: () => stderr.isTTY },
  });
  return {
    output,
    redraw: () => void stderr.write(ERASE_BELOW + frame + cursor),
    leave: () => void stderr.write(modes + SHOW_CURSOR),
  };
}
