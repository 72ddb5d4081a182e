import { basename } from 'node:path';
import type { AudioClip } from '../../api/stream-clip';
import type { CommandContext } from '../../cli/define';
import type { Input } from '../../context/io';
import { CliError, shortageOf } from '../../core/errors';
import { measureAudio } from '../../core/measure-audio';

const MAX_MIB = 16;
const MAX_BYTES = MAX_MIB * 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder, a pipe or a device',
  EACCES: 'cannot be read by this user',
};

/**
 * Reads the audio of --file and measures its duration. Called before a token is minted.
 * @throws CliError `audio_file_unusable` if the file cannot be read, is empty or is larger than 16 MiB; `not_audio` if its format
 * is unknown; `stdin_is_terminal`
 */
export async function readClip(context: CommandContext, path: string): Promise<AudioClip> {
  const bytes = await readBytes(context, path);
  if (bytes.length === 0) throw unusable('is empty');
  if (bytes.length > MAX_BYTES) throw unusable(`is larger than ${MAX_MIB} MiB`);
  const durationS = await measureAudio(bytes, () => context.signal.throwIfAborted());
  if (durationS === null) {
    throw new CliError(
      'not_audio',
      'The file given with --file is not audio, or has an unknown format.',
      {
        hint: 'Known formats are WAV, FLAC, MP3, Ogg, Opus, WebM, MP4, AAC and others.',
      },
    );
  }
  return { name: path === STANDARD_INPUT ? 'stdin' : basename(path), bytes, durationS };
}

/** The value of --file that means standard input. */
export const STANDARD_INPUT = '-';

async function readBytes({ files, io, signal }: CommandContext, path: string): Promise<Uint8Array> {
  if (path === STANDARD_INPUT) return readPipe(io.stdin, signal);
  try {
    return await files.readBytes(path, MAX_BYTES + 1);
  } catch (error) {
    throw (
      shortageOf(error) ??
      unusable(REASONS[String((error as { readonly code?: unknown }).code)] ?? 'cannot be read')
    );
  }
}

async function readPipe(stdin: Input, signal: AbortSignal): Promise<Uint8Array> {
  if (!stdin.isTerminal) return stdin.readBytes(MAX_BYTES + 1, signal);
  throw new CliError(
    'stdin_is_terminal',
    'Standard input is a terminal, but with --file - it must be a pipe that contains audio.',
    {
      hint: 'Pipe the audio: ffmpeg -i talk.mp4 -f wav - | vstoken test --file -',
    },
  );
}

function unusable(what: string): CliError {
  return new CliError('audio_file_unusable', `The file given with --file ${what}.`, {
    hint: 'Use an audio file of a few seconds, such as a recording of your voice.',
  });
}
