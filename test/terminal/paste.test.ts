import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../src/system/clock';
import { askForPaste } from '../../src/terminal/paste';
import { createPasteReader } from '../../src/terminal/paste-reader';
import { FUZZ_RUNS, fc } from '../support/properties';

const ENTER = '\r';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const pasted = (text: string) => `\u001b[200~${text.replaceAll('\n', '\r')}\u001b[201~`;
const turn = () => new Promise((resolve) => setImmediate(resolve));

function question(columns = 80) {
  const input = new PassThrough();
  let screen = '';
  const output = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      screen += chunk;
      done();
    },
  });
  Object.defineProperty(output, 'columns', { value: columns });
  const clock = fakeClock();
  const controller = new AbortController();
  const streams = { input, output, signal: controller.signal };
  const answer = askForPaste('Paste it:', streams, clock);
  return { answer, input, clock, controller, screen: () => screen };
}

describe('S63 a hidden paste', () => {
  it.each([
    ['marked, and Enter', [pasted('uno\ndos\n'), ENTER], 'uno\ndos\n'],
    ['marked and Enter at once', [`${pasted('uno\ndos')}${ENTER}`], 'uno\ndos'],
    ['with line breaks of Windows', ['\u001b[200~uno\r\ndos\u001b[201~', ENTER], 'uno\ndos'],
    ['two pastes', [pasted('uno\n'), pasted('dos'), ENTER], 'uno\ndos'],
    ['in pieces that split the marks of a paste', [...pasted('a\u001bb\nc'), ENTER], 'a\u001bb\nc'],
    ['with control keys in the paste', [pasted(`a${CTRL_C}b${CTRL_D}c`), ENTER], `a\u0003b\u0004c`],
    ['typed and ended by Ctrl-D', [`uno${ENTER}dos`, CTRL_D], 'uno\ndos'],
    ['typed with corrections', [`unx\u007fé\u007fo \u001b[D\u001bOA`, CTRL_D], 'uno '],
    ['typed again after Ctrl-U', [`wrong\u0015right`, CTRL_D], 'right'],
    ['of other scripts', [pasted('токен ✓'), ENTER], 'токен ✓'],
  ])('is read as one text: %s', async (_how, keys, text) => {
    const { answer, input, screen } = question();
    for (const key of keys) {
      input.write(key);
      await turn();
    }
    expect(await answer).toBe(text);
    expect(screen()).not.toMatch(/uno|dos|токен/);
    // At the end, the program turns off the mode in which the terminal marks pasted text. Otherwise a shell would get the marks.
    expect(screen().lastIndexOf('\u001b[?2004l')).toBeGreaterThan(screen().lastIndexOf('2004h'));
  });

  it('removes a whole character at Backspace, even if its bytes arrived one at a time', async () => {
    const { answer, input } = question();
    for (const byte of Buffer.from(`uno✓\u007f${CTRL_D}`)) {
      input.write(Buffer.from([byte]));
      await turn();
    }
    expect(await answer).toBe('uno');
  });

  it('continues after Enter if more text follows at once in a terminal that marks no pastes', async () => {
    const { answer, input, clock } = question();
    input.write(`one${ENTER}`);
    await turn();
    expect(clock.waiting()).toEqual([80]);
    await clock.advance(79);
    input.write(`two${ENTER}`);
    await turn();
    await clock.advance(80);
    expect(await answer).toBe('one\ntwo');
  });

  it('shows how many lines were pasted', async () => {
    const { input, screen, answer } = question(30);
    input.write(pasted('one\ntwo\n'));
    await turn();
    expect(screen().replace(/\u001b\[\?\d+[hl]/g, '')).toBe(
      '? Paste it: \nPasted 2 lines, not shown.\nPress Enter. ',
    );
    input.write(ENTER);
    await answer;
  });

  it.each([
    ['Ctrl-C', CTRL_C],
    ['Ctrl-D before anything', CTRL_D],
  ])('is cancelled by %s', async (_key, keys) => {
    const { answer, input, screen } = question();
    input.write(keys);
    await expect(answer).rejects.toMatchObject({ code: 'interrupted' });
    expect(screen()).toContain('\u001b[?2004l');
  });

  it('ends if the signal aborts', async () => {
    const { answer, controller, screen } = question();
    controller.abort(new Error('over'));
    await expect(answer).rejects.toThrow('over');
    expect(screen()).toContain('\u001b[?2004l');
  });

  it('keeps at most the maximum length', () => {
    const reader = createPasteReader(10);
    reader.take(Buffer.from(pasted('x'.repeat(100))));
    expect(reader.take(Buffer.from(ENTER))).toBe('ended');
    expect(reader.text()).toBe('x'.repeat(10));
  });

  it('has the same text if the terminal splits its bytes in any way', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 });
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\u001b', '[', '2', '~', 'é') });
    fc.assert(
      fc.property(text, cuts, (inner, lengths) => {
        fc.pre(!inner.includes('\u001b[201~'));
        const bytes = Buffer.from(`${pasted(inner)}${ENTER}`);
        const reader = createPasteReader(1000);
        const states: string[] = [];
        for (let at = 0, turns = 0; at < bytes.length; turns += 1) {
          const length = lengths[turns % lengths.length] ?? 1;
          states.push(reader.take(bytes.subarray(at, at + length)));
          at += length;
        }
        expect(states.at(-1)).toBe('ended');
        expect(states.slice(0, -1).every((state) => state === 'open')).toBe(true);
        expect(reader.text()).toBe(inner);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
