import { closeSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isTerminal } from '../../src/terminal/is-terminal';

// A real terminal is tested with the built program, in a pseudo-terminal.
it.each(['/dev/null', '/dev/zero', '/dev/full', import.meta.filename])(
  '%s is not a terminal',
  (path) => {
    const fd = openSync(path, 'r');
    expect(isTerminal(fd)).toBe(false);
    closeSync(fd);
  },
);

it('a closed file is not a terminal', () => {
  expect(isTerminal(2 ** 20)).toBe(false);
});
