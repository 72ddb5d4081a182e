import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';

/** What @inquirer/core writes before a question that it draws again: cursor down, then lines erased from below. */
const ERASED = /^(?:\u001b\[\d+B)?(?:\u001b\[2K(?:\u001b\[1A)?)*(?:\u001b\[G)?/;
/** What it writes when only the cursor has moved. */
const MOVED = /^\u001b\[\d*G$/;
const ERASE_BELOW = '\r\u001b[J';
/** Ends bracketed paste: a shell may not expect the marks. */
export const MARK_NO_PASTES = '\u001b[?2004l';
const SHOW_CURSOR = '\u001b[?25h';

/** The screen of one question, which can be drawn again after something else was written below it. */
export interface Screen {
  readonly output: Writable;
  redraw(): void;
  /** Leaves the terminal to whoever uses it meanwhile, with a visible cursor. */
  leave(): void;
}

/** @param modes ends the modes that the question has set */
export function createScreen(stderr: WriteStream, modes = ''): Screen {
  let frame = '';
  let cursor = '';
  const output = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      const text = String(chunk);
      if (MOVED.test(text)) cursor = text;
      else [frame, cursor] = [text.replace(ERASED, ''), ''];
      // Nothing is waited for: what others write meanwhile would come before the next. A closed terminal shows when it is read.
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
