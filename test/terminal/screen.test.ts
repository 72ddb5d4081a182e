import type { WriteStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { createScreen } from '../../src/terminal/screen';

/**
 * Creates a screen on a fake terminal. `written` contains the texts that the terminal received. The terminal never confirms that
 * it has shown a text.
 */
function screenOn() {
  const written: string[] = [];
  const stderr = {
    columns: 40,
    rows: 10,
    isTTY: true,
    write: (text: string) => written.push(text),
  };
  return { written, ...createScreen(stderr as unknown as WriteStream) };
}

describe('the screen of a prompt', () => {
  it('writes at once, so that no other output comes first', () => {
    const { output, written } = screenOn();
    for (const text of ['one', 'two', 'three']) output.write(text);
    expect(written).toEqual(['one', 'two', 'three']);
  });

  it('is as wide as the terminal', () => {
    expect(screenOn().output).toMatchObject({ columns: 40, rows: 10, isTTY: true });
  });

  it('S63 is drawn again without erasing lines above it', () => {
    const { output, written, redraw } = screenOn();
    output.write('? Key [masked]\u001b[?25l\u001b[7G');
    output.write(
      '\u001b[1B\u001b[2K\u001b[1A\u001b[2K\u001b[G? Key [masked]\nIt is too short.\u001b[1A\u001b[7G',
    );
    output.write('\u001b[9G');
    written.length = 0;
    redraw();
    expect(written).toEqual([
      '\r\u001b[J? Key [masked]\nIt is too short.\u001b[1A\u001b[7G\u001b[9G',
    ]);
  });
});
