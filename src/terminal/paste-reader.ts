/**
 * The marks that a terminal in bracketed-paste mode sends before and after pasted text.
 * https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Bracketed-Paste-Mode
 */
const BEGIN = '\u001b[200~';
const END = '\u001b[201~';
/** Matches Ctrl-C, Ctrl-D, Backspace, Line Feed, Enter, Ctrl-U, Escape and Delete. */
const KEYS = /[\u0003\u0004\u0008\n\r\u0015\u001b\u007f]/;
/** Matches the escape sequences that a terminal sends for keys such as the arrow keys and the function keys. */
const SEQUENCE = /^\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O.|[^[O])/s;

/**
 * `open`: more input can follow. `line`: the input so far ends with Enter, but it is not known whether a person pressed Enter or
 * whether this is a line break of the paste. `ended`: a person pressed Enter or Ctrl-D. `cancelled`: a person pressed Ctrl-C, or
 * pressed Ctrl-D before any text.
 */
export type PasteState = 'open' | 'line' | 'ended' | 'cancelled';

/** Reads the input of a question for a pasted text. Joins pasted and typed text, with the line breaks between them. */
export interface PasteReader {
  take(chunk: Buffer): PasteState;
  /** Returns the number of pasted texts whose end mark has arrived. */
  pasted(): number;
  text(): string;
}

/** @param maxBytes the maximum size of the text; further bytes are dropped */
export function createPasteReader(maxBytes: number): PasteReader {
  const pieces: string[] = [];
  let size = 0;
  let rest = '';
  let isPasting = false;
  let isAfterEnter = false;
  let count = 0;

  function add(text: string): void {
    const piece = text.slice(0, maxBytes - size);
    if (piece !== '') pieces.push(piece);
    size += piece.length;
  }

  function eraseLast(): void {
    // Remove all bytes of the last character. In UTF-8, every byte after the first is 0x80 to 0xBF.
    let byte: string | undefined;
    do {
      const last = pieces.pop() ?? '';
      byte = last.at(-1);
      size -= byte?.length ?? 0;
      if (last.length > 1) pieces.push(last.slice(0, -1));
    } while (byte && /[\u0080-\u00bf]/.test(byte));
  }

  /**
   * Adds pasted text up to the end mark.
   * @returns the input after the end mark; empty if the mark has not arrived
   */
  function paste(text: string): string {
    const end = text.indexOf(END);
    if (end === -1) {
      // The last characters may be the first part of the end mark, so keep them until more input arrives.
      const from = text.lastIndexOf('\u001b');
      rest = from !== -1 && END.startsWith(text.slice(from)) ? text.slice(from) : '';
      add(text.slice(0, text.length - rest.length));
      return '';
    }
    add(text.slice(0, end));
    isPasting = false;
    count += 1;
    return text.slice(end + END.length);
  }

  function press(text: string): string | PasteState {
    const key = text.charAt(0);
    const behind = text.slice(1);
    if (key === '\u0003') return 'cancelled';
    if (key === '\u0004') return size === 0 ? 'cancelled' : 'ended';
    if (key === '\r' || key === '\n') isAfterEnter = true;
    else if (key === '\u0015') {
      pieces.length = 0;
      size = 0;
    } else if (key !== '\u001b') eraseLast();
    else if (text.startsWith(BEGIN)) {
      isPasting = true;
      return text.slice(BEGIN.length);
    } else {
      const [sequence] = SEQUENCE.exec(text) ?? [];
      if (sequence === undefined) rest = text.slice(0, 32);
      return sequence === undefined ? '' : text.slice(sequence.length);
    }
    return behind;
  }

  return {
    take(chunk) {
      let text = rest + chunk.toString('latin1');
      rest = '';
      while (text !== '') {
        // A line break is added to the text only now, when more input follows. The last Enter only ends the question.
        if (isAfterEnter) add('\n');
        isAfterEnter = false;
        if (isPasting) {
          text = paste(text);
          continue;
        }
        const at = text.search(KEYS);
        add(at === -1 ? text : text.slice(0, at));
        if (at === -1) break;
        const next = press(text.slice(at));
        if (next === 'cancelled' || next === 'ended') return next;
        text = next;
      }
      if (!isAfterEnter) return 'open';
      // If the terminal has sent marks around a paste, it marks every paste. An Enter outside the marks was then pressed by a
      // person.
      return count > 0 ? 'ended' : 'line';
    },
    pasted: () => count,
    text: () => Buffer.from(pieces.join(''), 'latin1').toString('utf8').replace(/\r\n?/g, '\n'),
  };
}
