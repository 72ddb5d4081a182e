import type { Context } from '../context/context';
import type { Notes } from '../context/notes';
import { CliError, shortageOf } from '../core/errors';
import type { Secret } from '../core/secret';
import { because } from '../core/system-reasons';
import { parseGivenKey } from './given-key';

const MAX_KEY_FILE_BYTES = 16 * 1024;

/**
 * The API key in a file that a person named; it may be a symlink, and anyone's, as mounted secrets are.
 * @param what the file, as the subject of a sentence
 * @param notes gets what was removed around the key
 * @throws CliError `key_file_unreadable`, `key_empty`, `key_malformed`
 */
export async function readKeyFile(
  context: Context,
  path: string,
  what: string,
  notes?: Notes,
): Promise<Secret> {
  let text: string;
  try {
    text = await context.files.readText(path, MAX_KEY_FILE_BYTES, context.signal);
  } catch (cause) {
    context.signal.throwIfAborted();
    const says = `${what} could not be read${because(cause)}.`;
    const hint = 'Check that it exists and that this user may read it.';
    throw shortageOf(cause) ?? new CliError('key_file_unreadable', says, { hint, cause });
  }
  return parseGivenKey(text, what, notes);
}
