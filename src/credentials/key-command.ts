import type { Captured } from '../context/capture';
import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { KEY_COMMAND_VARIABLE } from '../core/key-source';
import { hasKeyShape, redactShapes } from '../core/redact-shapes';
import { type Secret, secret } from '../core/secret';
import { splitCommand } from '../core/split-command';
import { parseGivenKey } from './given-key';
import type { TargetContext } from './target';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024;
/**
 * If the command that prints the API key runs longer than this time, a note says that the command is still running. In
 * milliseconds.
 */
const NOTE_AFTER_MS = 2000;
/**
 * If the key command fails, the message contains its error output, at most this number of characters. A longer output is cut at
 * the start, because the cause is usually at the end.
 */
const MAX_SHOWN = 400;
const MAX_LINES = 4;

export interface KeyCommand {
  readonly text: string;
  /** The profile that contains the command. Undefined if the command is from VOCALSTACK_API_KEY_COMMAND or an option. */
  readonly profile?: string;
  /** Where the command was set. Error messages begin with these words, for example `VOCALSTACK_API_KEY_COMMAND`. */
  readonly source: string;
}

export const commandOfVariable = (text: string): KeyCommand => ({
  text,
  source: KEY_COMMAND_VARIABLE,
});

export const commandOfProfile = (profile: string, text = ''): KeyCommand => ({
  ...{ text, profile },
  source: `The command of the profile ${profile}`,
});

/**
 * Runs a command and returns the API key that it prints. The command runs without a shell and without the VOCALSTACK_ variables.
 * The command is stopped after 10 seconds. Its output and the key are not stored.
 * @throws CliError `key_command_failed`; `invalid_value` if the command needs a shell; the reason of `context.signal` if that
 * signal aborts
 */
export async function readKeyFromCommand(
  context: TargetContext,
  { text, profile, source }: KeyCommand,
): Promise<Secret> {
  const { captureProgram, clock, givenEnv, notes, secrets, signal } = context;
  const [command, ...args] = splitCommand(text, source);
  const subject = `${profile === undefined ? 'The command for the API key' : source} (${command})`;
  const cancelNote = clock.timer(NOTE_AFTER_MS, () =>
    notes.note(`${subject} is still running. It may be waiting for you in another window.`),
  );
  const begun = clock.monotonic();
  const env = withoutOwnVariables(givenEnv);
  const found = await captureProgram(
    { command, args, env },
    { signal, patienceMs: TIMEOUT_MS, maxBytes: MAX_BYTES },
  ).finally(cancelNote);
  notes.trace?.(`key command: ${command}, ${Math.round(clock.monotonic() - begun)} ms`);
  if (found.end.kind !== 'exit' || found.end.status !== 0) {
    // A failed command may still have printed a key, which must not be shown.
    for (const word of wordsOf(found.output)) secrets.add(secret(word));
    throw await toFailure(context, subject, found, env);
  }
  return parseOutput(context, found.output, `The output of ${lowerFirst(subject)}`);
}

async function parseOutput(
  { notes, secrets }: TargetContext,
  output: string,
  source: string,
): Promise<Secret> {
  try {
    const key = await parseGivenKey(output, source, notes);
    secrets.add(key);
    return key;
  } catch (cause) {
    if (!(cause instanceof CliError) || !/^key_(empty|malformed)$/.test(cause.code)) throw cause;
    throw new CliError('key_command_failed', cause.message, {
      hint: 'The command must print only the API key. Run the command without vstoken to see what it prints.',
      cause,
    });
  }
}

/**
 * Removes all VOCALSTACK_ variables. Reason: some contain secrets, and the others would change the settings of vstoken if the key
 * command runs vstoken. Ignores case, because Windows ignores case in the names of variables.
 */
function withoutOwnVariables(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^VOCALSTACK_/i.test(name)));
}

const wordsOf = (output: string) => output.split(/\s+/).filter(hasKeyShape);

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

async function toFailure(
  { secrets }: TargetContext,
  subject: string,
  { end, errors }: Captured,
  env: Environment,
): Promise<CliError> {
  const [how, hint] = describeEnd(end);
  const withhold = await secrets.load();
  const lines = errors.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const shown = lines
    .slice(-MAX_LINES)
    .map((line) => withhold(redactShapes(line.trim(), env)))
    .join(' | ');
  const cut = shown.length > MAX_SHOWN ? `...${shown.slice(-MAX_SHOWN)}` : shown;
  const more = cut === '' ? '' : ` Its error output: ${cut}`;
  return new CliError('key_command_failed', `${subject} ${how}.${more}`, { hint });
}

const RUN_IT_HINT =
  'Run the command without vstoken and read its errors. Then try again: vstoken status --check';

function describeEnd(end: Captured['end']): readonly [how: string, hint: string] {
  switch (end.kind) {
    case 'exit':
      return [
        `failed with exit status ${end.status}`,
        `The password manager of the command may need a login, or may be locked. ${RUN_IT_HINT}`,
      ];
    case 'signal':
      return [`was killed by the signal ${end.signal}`, RUN_IT_HINT];
    case 'timeout':
      return [
        `did not finish within ${TIMEOUT_MS / 1000} s and was stopped`,
        `The command cannot ask questions, because it runs without a terminal. First log in to the password manager, or unlock it. ${RUN_IT_HINT}`,
      ];
    case 'too much':
      return [
        `printed more than ${MAX_BYTES / 1024} KiB and was stopped`,
        'The command must print only the API key.',
      ];
    case 'not executable':
      return [
        'could not be run',
        'Check that the file is a program and that this user may execute it.',
      ];
    case 'not found':
      return end.isElsewhere
        ? [
            'is only in the working directory, and vstoken runs no program from there',
            'Give the full path of the program, or install it for this user.',
          ]
        : [
            'was not found',
            "Install the program, or give its full path. Quote a path with backslashes: 'C:\\Tools\\op.exe'",
          ];
  }
}
