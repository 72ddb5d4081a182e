import type { Captured } from '../context/capture';
import type { Environment } from '../core/environment';
import { CliError } from '../core/errors';
import { KEY_COMMAND_VARIABLE } from '../core/key-source';
import { hasKeyShape, redactShapes } from '../core/redact-shapes';
import { type Secret, secret } from '../core/secret';
import { splitCommand } from '../core/split-command';
import { parseGivenKey } from './given-key';
import type { TargetContext } from './target';

const PATIENCE_MS = 10_000;
const MAX_BYTES = 64 * 1024;
/** By then a person wonders what is waited for. */
const SLOW_MS = 2000;
/** Of what the command says of its failure: the end, which has the cause. */
const MAX_SAID = 400;
const MAX_LINES = 4;

/** Where a command comes from. */
export interface KeyCommand {
  readonly text: string;
  /** The profile that has it; without one it is that of the variable, or of the option. */
  readonly profile?: string;
  /** As the subject of a sentence. */
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
 * The API key that a command prints. It is run without a shell and without the secrets of this program, and has ten seconds. Neither its
 * output nor the key is kept.
 * @throws CliError `key_command_failed`; `invalid_value` for a command that takes a shell; the signal's reason
 */
export async function readKeyFromCommand(
  context: TargetContext,
  { text, profile, source }: KeyCommand,
): Promise<Secret> {
  const { captureProgram, clock, givenEnv, notes, secrets, signal } = context;
  const [command, ...args] = splitCommand(text, source);
  const says = `${profile === undefined ? 'The command for the API key' : source} (${command})`;
  const cancelNote = clock.timer(SLOW_MS, () =>
    notes.note(`${says} is still running. It may wait for you in a window of its own.`),
  );
  const begun = clock.monotonic();
  const env = withoutOwn(givenEnv);
  const found = await captureProgram(
    { command, args, env },
    { signal, patienceMs: PATIENCE_MS, maxBytes: MAX_BYTES },
  ).finally(cancelNote);
  notes.trace?.(`key command: ${command}, ${Math.round(clock.monotonic() - begun)} ms`);
  if (found.end.kind !== 'exit' || found.end.status !== 0) {
    // A key that was printed all the same is none to show.
    for (const word of wordsOf(found.output)) secrets.add(secret(word));
    throw await toFailure(context, says, found, env);
  }
  return parseOutput(context, found.output, `The output of ${lowerFirst(says)}`);
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
      hint: 'It has to print the API key, and nothing else. Run it by itself to see what it prints.',
      cause,
    });
  }
}

/** No secret of this program, and nothing that would make another vstoken act for it. Windows knows no case of names. */
function withoutOwn(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^VOCALSTACK_/i.test(name)));
}

const wordsOf = (output: string) => output.split(/\s+/).filter(hasKeyShape);

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

async function toFailure(
  { secrets }: TargetContext,
  says: string,
  { end, errors }: Captured,
  env: Environment,
): Promise<CliError> {
  const [how, hint] = describeEnd(end);
  const withhold = await secrets.load();
  const lines = errors.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const told = lines
    .slice(-MAX_LINES)
    .map((line) => withhold(redactShapes(line.trim(), env)))
    .join(' | ');
  const cut = told.length > MAX_SAID ? `...${told.slice(-MAX_SAID)}` : told;
  const more = cut === '' ? '' : ` It says: ${cut}`;
  return new CliError('key_command_failed', `${says} ${how}.${more}`, { hint });
}

const TRY_IT = 'Run it by itself, and see what it says. Then try again: vstoken status --check';

function describeEnd(end: Captured['end']): readonly [how: string, hint: string] {
  switch (end.kind) {
    case 'exit':
      return [
        `failed with exit status ${end.status}`,
        `It may have to log in, or its vault may be locked. ${TRY_IT}`,
      ];
    case 'signal':
      return [`was ended by the signal ${end.signal}`, TRY_IT];
    case 'timeout':
      return [
        `did not finish within ${PATIENCE_MS / 1000} s, and was ended`,
        `It has no terminal to ask in: log in, or unlock its vault, beforehand. ${TRY_IT}`,
      ];
    case 'too much':
      return [
        `printed more than ${MAX_BYTES / 1024} KiB, and was ended`,
        'It has to print the API key, and nothing else.',
      ];
    case 'not executable':
      return [
        'could not be run',
        'Check that its program is one, and that this user may execute it.',
      ];
    case 'not found':
      return end.isElsewhere
        ? [
            'was found in the working directory alone, from which nothing is run',
            'Give the whole path of its program, or install it for this user.',
          ]
        : [
            'was not found',
            "Install its program, or give its whole path. Quote a path with backslashes: 'C:\\Tools\\op.exe'",
          ];
  }
}
