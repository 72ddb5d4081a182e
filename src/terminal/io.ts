import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import type { Input, Io, Output } from '../context/io';
import type { Environment } from '../core/environment';
import { CliError, ReaderGone, shortageOf } from '../core/errors';
import { codeOf, reasonOf } from '../core/system-reasons';
import { isTerminal } from './is-terminal';

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/**
 * Whether the output has colours. NO_COLOR and FORCE_COLOR are used only if they are not empty:
 * https://no-color.org, https://force-color.org
 */
export function wantsColor(env: Environment, onTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  return onTerminal && env['TERM'] !== 'dumb';
}

/**
 * Returns a function that tells whether a descriptor is a terminal. Only the first call checks the descriptor. Later calls return
 * the result of the first call.
 */
function createTerminalCheck(fd: number): () => boolean {
  let known: boolean | undefined;
  return () => {
    known ??= isTerminal(fd);
    return known;
  };
}

/** @param open opens the stream. Called on first use, because opening takes time, and a command may not need the stream. */
function createOutput(fd: number, open: () => WriteStream, env: Environment): Output {
  let opened: WriteStream | undefined;
  let failed: Error | undefined;
  const stream = () => {
    if (!opened) {
      opened = open();
      opened.on('error', (error) => {
        failed = error;
      });
    }
    return opened;
  };
  const onTerminal = createTerminalCheck(fd);
  return {
    get isTerminal() {
      return onTerminal();
    },
    get color() {
      return wantsColor(env, onTerminal());
    },
    columns: () => (onTerminal() && stream().columns) || DEFAULT_COLUMNS,
    rows: () => (onTerminal() && stream().rows) || DEFAULT_ROWS,
    write: (text) =>
      new Promise((resolve, reject) => {
        const out = stream();
        if (failed) reject(toWriteError(failed));
        else out.write(text, (error) => (error ? reject(toWriteError(error)) : resolve()));
      }),
  };
}

function toWriteError(error: Error & { readonly code?: string }): Error {
  if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return new ReaderGone();
  return new CliError('output_unwritable', `The output could not be written: ${reasonOf(error)}.`, {
    hint: 'Free disk space, or write the output to another file.',
    cause: error,
  });
}

function openInput(openStream: () => Readable): Readable {
  try {
    return openStream();
  } catch (error) {
    throw toReadError(error);
  }
}

function toReadError(cause: unknown): unknown {
  if (codeOf(cause) === '') return cause;
  const reason = reasonOf(cause);
  return (
    shortageOf(cause) ??
    new CliError('stdin_unreadable', `Standard input could not be read: ${reason}.`, {
      hint: 'Check the standard input of the command. To read a file, use <, for example: vstoken login --with-key < key.txt',
      cause,
    })
  );
}

function createInput(openStream: () => Readable): Input {
  const onTerminal = createTerminalCheck(0);
  const readBytes = async (maxBytes: number, signal: AbortSignal, onFirst?: () => void) => {
    const stream = openInput(openStream);
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = () => stream.destroy();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const chunk of stream) {
        const bytes = Buffer.from(chunk);
        onFirst?.();
        chunks.push(bytes);
        size += bytes.length;
        if (size > maxBytes) break;
      }
    } catch (error) {
      if (!signal.aborted) throw toReadError(error);
    } finally {
      signal.removeEventListener('abort', stop);
      stream.destroy();
    }
    signal.throwIfAborted();
    return Buffer.concat(chunks).subarray(0, maxBytes);
  };
  return {
    get isTerminal() {
      return onTerminal();
    },
    readBytes,
    read: async (...words) => (await readBytes(...words)).toString('utf8'),
  };
}

interface StandardStreams {
  readonly stdin: Readable;
  readonly stdout: WriteStream;
  readonly stderr: WriteStream;
}

/** Creates the standard streams of the process. Each stream is opened on first use. */
export function createIo(streams: StandardStreams, env: Environment): Io {
  return {
    stdout: createOutput(1, () => streams.stdout, env),
    stderr: createOutput(2, () => streams.stderr, env),
    stdin: createInput(() => streams.stdin),
  };
}
