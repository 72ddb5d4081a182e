import { PassThrough, Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { ReaderGone } from '../../src/core/errors';
import { createIo, wantsColor } from '../../src/terminal/io';

describe('colour', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [{ TERM: 'dumb' }, true, false],
  ])('with %j (terminal: %s) is enabled: %s', (env, isTerminal, wanted) => {
    expect(wantsColor(env, isTerminal)).toBe(wanted);
  });
});

function ioOn(stdout: Writable, stdin = new PassThrough()) {
  return createIo(
    { stdin, stdout: stdout as unknown as WriteStream, stderr: stdout as unknown as WriteStream },
    {},
  );
}

function failing(code: string): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('no'), { code })),
  });
}

describe('output', () => {
  it('S51 waits until the reader has read a text', async () => {
    let release: () => void = () => undefined;
    const slow = new Writable({
      write: (_chunk, _encoding, done) => {
        release = done;
      },
    });
    let written = false;
    const writing = ioOn(slow)
      .stdout.write('x')
      .then(() => {
        written = true;
      });
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBe(false);
    release();
    await writing;
    expect(written).toBe(true);
  });

  it('S50 causes different errors if the reader closed the pipe and if the disk is full', async () => {
    await expect(ioOn(failing('EPIPE')).stdout.write('x')).rejects.toBeInstanceOf(ReaderGone);
    await expect(ioOn(failing('ENOSPC')).stdout.write('x')).rejects.toMatchObject({
      code: 'output_unwritable',
    });
  });
});

describe('input', () => {
  it('is read to its end, but not beyond the maximum length', async () => {
    const { signal } = new AbortController();
    const all = new PassThrough();
    all.end('a token\n');
    expect(await ioOn(new PassThrough(), all).stdin.read(100, signal)).toBe('a token\n');
    const endless = new PassThrough();
    endless.write('x'.repeat(500));
    expect(await ioOn(new PassThrough(), endless).stdin.read(10, signal)).toBe('x'.repeat(10));
  });

  it('ends if the program is interrupted', async () => {
    const controller = new AbortController();
    const reading = ioOn(new PassThrough(), new PassThrough()).stdin.read(10, controller.signal);
    controller.abort(new Error('stop'));
    await expect(reading).rejects.toThrow('stop');
  });
});
