import type { Context } from '../context/context';
import { parseApiKey } from '../core/api-key';
import { cleanWord } from '../core/clean-environment';
import { CliError, shortageOf } from '../core/errors';
import type { Secret } from '../core/secret';
import { because } from '../core/system-reasons';

const MAX_KEY_FILE_BYTES = 16 * 1024;

/**
 * The API key in a file that a person named; it may be a symlink, and anyone's, as mounted secrets are.
 * @param what the file, as the subject of a sentence
 * @throws CliError `key_file_unreadable`, `key_empty`, `key_malformed`
 */
export async function readKeyFile(context: Context, path: string, what: string): Promise<Secret> {
  let text: string;
  try {
    text = await context.files.readText(path, MAX_KEY_FILE_BYTES, context.signal);
  } catch (cause) {
    context.signal.throwIfAborted();
    const says = `${what} could not be read${because(cause)}.`;
    const hint = 'Check that it exists and that this user may read it.';
    throw shortageOf(cause) ?? new CliError('key_file_unreadable', says, { hint, cause });
  }
  return parseApiKey(cleanWord(text), what);
}
