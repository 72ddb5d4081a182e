import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTokenError, TokenError } from '../../src/core/token-error';
import * as edge from '../../src/edge/index';
import * as edgeSandbox from '../../src/edge/sandbox';
import * as library from '../../src/index';
import * as sandbox from '../../src/sandbox/index';

const MANIFEST = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
const REAL = ['FAULTS', 'TokenError', 'formatLogLine', 'isTokenError'];

describe('the package in an edge runtime', () => {
  it.each([
    ['the library', edge, library],
    ['the sandbox', edgeSandbox, sandbox],
  ])('exports the same names as %s', (_name, ofEdge, ofNode) => {
    expect(Object.keys(ofEdge).sort()).toEqual(Object.keys(ofNode).sort());
  });

  const functions = Object.entries({ ...edge, ...edgeSandbox }).filter(
    ([name]) => !REAL.includes(name),
  );
  it.each(functions)('%s throws unsupported_runtime when it is called', async (name, call) => {
    const isAsync = ['mintToken', 'testToken', 'startSandbox'].includes(name);
    let error: unknown;
    try {
      const returned = (call as () => unknown)();
      // If a function is not asynchronous, it must throw the error directly, so this line is not reached. Only an asynchronous
      // function may return here: it returns a promise, which rejects with the error.
      expect(isAsync).toBe(true);
      await returned;
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TokenError);
    expect(isTokenError(error) && error.toJSON()).toEqual({
      code: 'unsupported_runtime',
      message: `${name} needs Node.js, Bun or Deno, but this code runs in an edge runtime or a worker.`,
      hint: expect.stringContaining("`export const runtime = 'edge'`"),
    });
  });

  it.each(['.', './sandbox'])('is chosen by the first conditions of the export %s', (entry) => {
    const conditions: Record<string, { default: string }> = MANIFEST.exports[entry];
    const first = Object.keys(conditions).slice(0, 3);
    expect(first).toEqual(['edge-light', 'workerd', 'worker']);
    for (const name of first) expect(conditions[name]?.default).toMatch(/^\.\/dist\/edge\//);
  });
});
