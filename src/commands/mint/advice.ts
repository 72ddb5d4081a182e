import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import { isGithubStep } from '../../core/github-step';
import { timeOfDay } from '../../core/iso-time';
import { describeToken, type TokenOptions } from '../../core/token';
import { escapeWorkflowCommands } from '../../terminal/text';

/** Time that a person needs to paste a token, in seconds. */
const PASTE_S = 15;
const LONG_S = 60;

/**
 * Rejects a token that a CI runner would read as a command, for example a token that begins with `::`. Such text can be escaped
 * in messages, but a token cannot, because an escaped token is another token. Checks this outside CI as well, because the
 * variables that identify CI are often missing in a container of a CI job.
 * @throws CliError `invalid_response`
 */
export function refuseWorkflowCommand(line: string): void {
  if (escapeWorkflowCommands(line) !== line) {
    throw new CliError(
      'invalid_response',
      'A CI runner would read this token as a workflow command, so it is not printed as text.',
      { hint: 'Use --json, or -o github in GitHub Actions.' },
    );
  }
}

/**
 * In GitHub Actions, prints a note that the log may show the token. The log of a job may be public, and the runner does not mask
 * the token by itself.
 */
function noteOnLog({ env, notes }: Pick<CommandContext, 'env' | 'notes'>): void {
  if (!isGithubStep(env)) return;
  notes.note(
    'The log of this job may show the token to everyone who can read the log. To pass the token to later steps, masked in logs: -o github',
  );
}

/**
 * Prints which token was minted. Shows at most one tip, which is based on the security advice of the service.
 * @param sentAt the time of the request, in milliseconds since 1970
 * @param isCopied whether the token was copied to the clipboard instead of printed
 */
export function adviseOnToken(
  context: CommandContext,
  options: TokenOptions,
  sentAt: number,
  isCopied = false,
): void {
  const { notes, io, target } = context;
  if (!isCopied) noteOnLog(context);
  if (io.stderr.isTerminal) {
    const expiry = timeOfDay(sentAt + options.lifetimeS * 1000);
    notes.tell(`Minted: ${describeToken(options)}. Expires at ${expiry}.`);
  }
  if (target.sandbox) {
    notes.note(
      'The embedded sandbox ends with this command, so no server accepts this token. To keep a sandbox running: vstoken sandbox',
    );
    return;
  }
  const tip = tipFor(options, isCopied || io.stdout.isTerminal);
  if (tip !== null) notes.advise(tip);
}

/** Returns the most useful tip, for example for a token that expires before a person can paste it. Null if there is no tip. */
function tipFor({ access, oneTime, lifetimeS }: TokenOptions, isPasted: boolean): string | null {
  if (isPasted && lifetimeS <= PASTE_S) {
    return `This token expires in ${lifetimeS} s. For more time: --lifetime 60s`;
  }
  const reasons = [
    access === 'readwrite' ? 'it can transcribe, which is billed' : null,
    oneTime ? null : 'anyone who copies it can use it, too',
    lifetimeS > LONG_S ? `it is valid for ${lifetimeS} s` : null,
  ].filter((reason) => reason !== null);
  if (reasons.length === 0) return null;
  return `Keep this token safe: ${reasons.join('; ')}. Safer, if this is enough for the client: --access readonly, --one-time, a short --lifetime`;
}
