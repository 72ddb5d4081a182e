/** What a terminal in bracketed-paste mode sends around a pasted text. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Bracketed-Paste-Mode */
const BEGIN = '\u001b[200~';
const END = '\u001b[201~';
/** Ctrl-C, Ctrl-D, Backspace, Line Feed, Enter, Ctrl-U, Escape and Delete. */
const KEYS = /[\u0003\u0004\u0008\n\r\u0015\u001b\u007f]/;
/** What other keys send. */
const SEQUENCE = /^\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O.|[^[O])/s;

/**
 * `open` while more is to come; `line` after an Enter that nothing follows yet; `ended` after one that was surely typed, or
 * Ctrl-D; `cancelled` after Ctrl-C, or Ctrl-D on nothing.
 */
export type PasteState = 'open' | 'line' | 'ended' | 'cancelled';

/** Puts together what is pasted and typed, line breaks included. */
export interface PasteReader {
  take(chunk: Buffer): PasteState;
  /** How many texts the terminal has marked as pasted, their ends included. */
  pasted(): number;
  text(): string;
}

/** @param maxBytes what comes after is dropped */
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
    const last = pieces.pop();
    if (last === undefined) return;
    // A character may have several bytes.
    const kept = last.replace(/[\u0080-\u00bf]*.$|[\u00c0-\u00ff][\u0080-\u00bf]*$/s, '');
    size -= last.length - kept.length;
    if (kept !== '') pieces.push(kept);
  }

  /** @returns the text behind the end of the paste, or nothing before it has come */
  function paste(text: string): string {
    const end = text.indexOf(END);
    if (end === -1) {
      // The mark may be on its way.
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
        // A line break was a part of the text when something follows it.
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
      // A terminal that marks what is pasted sends an Enter by itself only when it is pressed.
      return count > 0 ? 'ended' : 'line';
    },
    pasted: () => count,
    text: () => Buffer.from(pieces.join(''), 'latin1').toString('utf8').replace(/\r\n?/g, '\n'),
  };
}
