import type { Context } from '../context/context';
import type { PassphraseSource } from '../context/vault';
import { cleanPassphrase } from '../core/clean-environment';
import { CliError, shortageOf } from '../core/errors';
import {
  PASSPHRASE_FILE_VARIABLE as FILE_VARIABLE,
  PASSPHRASE_VARIABLE as VARIABLE,
} from '../core/key-source';
import { type Secret, secret } from '../core/secret';
import { because } from '../core/system-reasons';
import { firstUnseen, requireSeen } from '../core/unseen';
import type { Deadline } from '../network/deadline';
import { requireSomebodyToAsk } from '../terminal/ask';

const MAX_BYTES = 4096;
const MIN_LENGTH = 8;

/**
 * The passphrase of the stored keys: a variable, a file that one names, or a hidden prompt. Asked for once.
 * @param profile whose key it opens, for the prompt; none where the store needs no passphrase
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
        message: `New passphrase${whose} (${MIN_LENGTH} characters at least)`,
        check: whatIsWrong,
      });
      await prompt.password({
        message: 'The same again',
        check: (text) => (text === first ? null : 'That is another one.'),
      });
      return first;
    });

  /** The one that a variable or a file holds, if any. */
  const given = async (purpose: 'new' | 'existing'): Promise<string | undefined> => {
    // Once: a pipe has nothing left for a second reader.
    if (!env[VARIABLE]) fromFile ??= readFileOf(context);
    const text = env[VARIABLE] || (await fromFile);
    if (text) requireSeen(text, fromFile ? FILE_VARIABLE : VARIABLE, 'passphrase_unreadable');
    const wrong = text && purpose === 'new' ? whatIsWrong(text) : null;
    if (wrong) throw new CliError('invalid_value', `${VARIABLE} or ${FILE_VARIABLE}: ${wrong}`);
    return text;
  };
  const requirePerson = () =>
    requireSomebodyToAsk(
      context,
      'The key is sealed by a passphrase',
      `Set ${VARIABLE}, or ${FILE_VARIABLE} to the path of a file that holds it.`,
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

function whatIsWrong(text: string): string | null {
  if (text.length < MIN_LENGTH) return `A passphrase has ${MIN_LENGTH} characters at least.`;
  const unseen = firstUnseen(text);
  return unseen && `It has a character that cannot be seen: ${unseen}.`;
}

/** Without what editors put at its ends. */
async function readFileOf({ env, files, signal }: Context): Promise<string | undefined> {
  const path = env[FILE_VARIABLE];
  if (!path) return undefined;
  requireSeen(path, FILE_VARIABLE, 'passphrase_unreadable');
  let text: string;
  try {
    text = await files.readText(path, MAX_BYTES + 1, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw shortageOf(cause) ?? unreadable(`could not be read${because(cause)}`, cause);
  }
  // Every byte that is no text reads as the same character: another file would do as well. By a pattern, since the build writes
  // the character of a text out, and with one beyond Latin-1 the whole chunk takes twice the memory.
  if (/\ufffd/.test(text)) throw unreadable('is not text in UTF-8');
  if (Buffer.byteLength(text) > MAX_BYTES) throw unreadable(`is longer than ${MAX_BYTES} bytes`);
  const passphrase = cleanPassphrase(text);
  if (passphrase === '') throw unreadable('is empty');
  return passphrase;
}

function unreadable(how: string, cause?: unknown): CliError {
  return new CliError('passphrase_unreadable', `The file that ${FILE_VARIABLE} names ${how}.`, {
    hint: 'Check that it exists, that this user may read it, and that it holds the passphrase.',
    cause,
  });
}
