import type { Context } from '../context/context';
import type { PassphraseSource } from '../context/vault';
import { cleanPassphrase } from '../core/clean-environment';
import { CliError, shortageOf } from '../core/errors';
import { invisibleIn, requireVisible } from '../core/find-invisible';
import {
  PASSPHRASE_FILE_VARIABLE as FILE_VARIABLE,
  PASSPHRASE_VARIABLE as VARIABLE,
} from '../core/key-source';
import { type Secret, secret } from '../core/secret';
import { reasonSuffix } from '../core/system-reasons';
import type { Deadline } from '../network/deadline';
import { requireTerminalForQuestions } from '../terminal/ask';

const MAX_BYTES = 4096;
const MIN_LENGTH = 8;

/**
 * Gets the passphrase of the stored keys and remembers it. The passphrase is read from VOCALSTACK_PASSPHRASE, or from the file
 * that VOCALSTACK_PASSPHRASE_FILE names. If neither is set, a hidden prompt asks for the passphrase.
 * @param profile the profile whose name the prompt shows; undefined if the caller only removes keys, which needs no passphrase
 */
export function createPassphraseSource(
  context: Context & { readonly deadline: Pick<Deadline, 'pauseFor'> },
  profile?: string,
): PassphraseSource {
  const { env, prompt, deadline, secrets } = context;
  let obtained: Secret | undefined;
  let fromFile: Promise<string | undefined> | undefined;

  const whose = profile === undefined ? '' : ` of the profile ${profile}`;
  const ask = (purpose: 'new' | 'existing') =>
    deadline.pauseFor(async () => {
      if (purpose === 'existing') {
        return prompt.password({ message: `Passphrase${whose}`, check: () => null });
      }
      const first = await prompt.password({
        message: `New passphrase${whose} (at least ${MIN_LENGTH} characters)`,
        check: passphraseProblem,
      });
      await prompt.password({
        message: 'Repeat the passphrase',
        check: (text) => (text === first ? null : 'The passphrases do not match. Try again.'),
      });
      return first;
    });

  /** Returns the passphrase in VOCALSTACK_PASSPHRASE or in the passphrase file. Undefined if neither contains one. */
  const given = async (purpose: 'new' | 'existing'): Promise<string | undefined> => {
    // The file is read only once. If the file is a pipe, a second read would find nothing.
    if (!env[VARIABLE]) fromFile ??= readFileOf(context);
    const text = env[VARIABLE] || (await fromFile);
    if (text) requireVisible(text, fromFile ? FILE_VARIABLE : VARIABLE, 'passphrase_unreadable');
    const wrong = text && purpose === 'new' ? passphraseProblem(text) : null;
    if (wrong) throw new CliError('invalid_value', `${VARIABLE} or ${FILE_VARIABLE}: ${wrong}`);
    return text;
  };
  const requirePerson = () =>
    requireTerminalForQuestions(
      context,
      'The key is encrypted with a passphrase',
      `Set ${VARIABLE} to the passphrase, or ${FILE_VARIABLE} to the path of a file that contains the passphrase.`,
    );

  return {
    async requireObtainable() {
      if (!(await given('new'))) requirePerson();
    },
    async obtain(purpose) {
      if (obtained) return obtained;
      const text = await given(purpose);
      if (!text) requirePerson();
      obtained = secret(text || (await ask(purpose)));
      secrets.add(obtained);
      return obtained;
    },
  };
}

function passphraseProblem(text: string): string | null {
  if (text.length < MIN_LENGTH)
    return `The passphrase must have at least ${MIN_LENGTH} characters.`;
  const unseen = invisibleIn(text);
  return unseen && `The passphrase contains an invisible character: ${unseen}.`;
}

/** Reads the passphrase file, without the byte order mark and the final line breaks that editors add. */
async function readFileOf({ env, files, signal }: Context): Promise<string | undefined> {
  const path = env[FILE_VARIABLE];
  if (!path) return undefined;
  requireVisible(path, FILE_VARIABLE, 'passphrase_unreadable');
  let text: string;
  try {
    text = await files.readText(path, MAX_BYTES + 1, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw shortageOf(cause) ?? unreadable(`could not be read${reasonSuffix(cause)}`, cause);
  }
  // Each invalid byte decodes to U+FFFD, so two files with different invalid bytes would give the same passphrase. A pattern is
  // used, because the bundler keeps the escape `\ufffd` only in a pattern. In a string, the bundler writes the character itself,
  // and one character beyond Latin-1 doubles the memory that the bundled file needs.
  if (/\ufffd/.test(text)) throw unreadable('is not UTF-8 text');
  if (Buffer.byteLength(text) > MAX_BYTES) throw unreadable(`is longer than ${MAX_BYTES} bytes`);
  const passphrase = cleanPassphrase(text);
  if (passphrase === '') throw unreadable('is empty');
  return passphrase;
}

function unreadable(how: string, cause?: unknown): CliError {
  return new CliError('passphrase_unreadable', `The file that ${FILE_VARIABLE} names ${how}.`, {
    hint: 'Check that the file exists, that this user may read it, and that it contains the passphrase.',
    cause,
  });
}
