import { closeSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isTerminal } from '../../src/terminal/is-terminal';

// This file does not test a real terminal. The tests in test/e2e do so: they run the built program in a pseudo-terminal.
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
