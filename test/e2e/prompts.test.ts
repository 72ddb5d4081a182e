import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { runPrompted } from './support/prompt';
import { envFor } from './support/run-binary';

const ENTER = '\r';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe('vstoken mint --interactive in a real terminal', () => {
  it.each([40, 80])('asks, takes what is typed, and mints, at %i columns', async (columns) => {
    const before = sandbox.stats().mints;
    const { code, screen } = await runPrompted(
      ['mint', '-i'],
      [
        [/Access/, `${DOWN}${ENTER}`],
        [/Lifetime/, `0${ENTER}`],
        [/takes/, `\b\b\b\b\b45s${ENTER}`],
        [/one use/, `n${ENTER}`],
      ],
      envFor(sandbox),
      columns,
    );
    expect(code).toBe(0);
    const words = stripVTControlCharacters(screen).replace(/\s+/g, ' ');
    expect(words).toContain('vstoken mint --access readwrite --lifetime 45s --no-one-time');
    expect(sandbox.stats().mints).toBe(before + 1);
  });

  it('ends with 130 at Ctrl-C, without a stack, and mints nothing', async () => {
    const before = sandbox.stats().mints;
    const { code, screen } = await runPrompted(
      ['mint', '-i'],
      [[/Access/, CTRL_C]],
      envFor(sandbox),
    );
    expect(code).toBe(130);
    expect(screen).not.toMatch(/ {4}at |ExitPromptError/);
    expect(screen).toContain('interrupted');
    expect(sandbox.stats().mints).toBe(before);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('S49 gives the terminal back at a %s from elsewhere', async (signal, exit) => {
    const { code, screen } = await runPrompted(
      ['mint', '-i'],
      [[/Access/, { signal }]],
      envFor(sandbox),
    );
    expect(code).toBe(exit);
    const hidden = screen.lastIndexOf('\u001b[?25l');
    expect(hidden).toBeGreaterThan(-1);
    expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(hidden);
  });
});
