import type { Context } from '../context/context';
import type { Notes } from '../context/notes';
import { CliError, shortageOf } from '../core/errors';
import type { Secret } from '../core/secret';
import { reasonSuffix } from '../core/system-reasons';
import { parseGivenKey } from './given-key';

const MAX_KEY_FILE_BYTES = 16 * 1024;

/**
 * Reads the API key in a file. The file may be a symlink and may have any owner. Reason: secrets that are mounted into a
 * container are such files.
 * @param subject a description of the file. Error messages begin with these words, for example `The file that --api-key-file
 * names`.
 * @param notes gets a note if anything except quotes was removed
 * @throws CliError `key_file_unreadable`, `key_empty`, `key_malformed`
 */
export async function readKeyFile(
  context: Context,
  path: string,
  subject: string,
  notes?: Notes,
): Promise<Secret> {
  let text: string;
  try {
    text = await context.files.readText(path, MAX_KEY_FILE_BYTES, context.signal);
  } catch (cause) {
    context.signal.throwIfAborted();
    const message = `${subject} could not be read${reasonSuffix(cause)}.`;
    const hint = 'Check that the file exists, and that this user may read it.';
    throw shortageOf(cause) ?? new CliError('key_file_unreadable', message, { hint, cause });
  }
  return parseGivenKey(text, subject, notes);
}
