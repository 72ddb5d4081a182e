import { CliError } from './errors';
import { invisibleIn } from './find-invisible';
import { type Secret, secret } from './secret';

const MAX_KEY_LENGTH = 4096;

/**
 * Parses an API key. Removes the white space around the text.
 * @param source the name of the variable or file that contains the text, for the error message
 * @throws CliError `key_empty`, or `key_malformed` if the key has more than 4096 characters or contains anything but visible
 * ASCII. The message never quotes the text.
 */
export function parseApiKey(text: string, source: string): Secret {
  const trimmed = text.trim();
  if (trimmed === '') {
    throw new CliError('key_empty', `${source} is empty.`, {
      hint: 'A CI system passes an empty value to a job that has no access to the secret, such as a job for a pull request from a fork. Check that the secret exists, and that this job has access to it.',
    });
  }
  if (trimmed.length > MAX_KEY_LENGTH || !/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new CliError(
      'key_malformed',
      `${source} does not contain an API key: ${nameInvisible(trimmed)}.`,
      { hint: 'Copy the key again from your VocalStack account, without other text.' },
    );
  }
  return secret(trimmed);
}

/** Returns what is wrong with the characters of a key. Names an invisible character, because a person cannot see it. */
function nameInvisible(text: string): string {
  const unseen = invisibleIn(text);
  return unseen
    ? `it contains an invisible character: ${unseen}`
    : 'it contains spaces, line breaks or other characters that are not allowed in a key';
}
