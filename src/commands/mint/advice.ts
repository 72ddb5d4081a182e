import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import { isGithubStep } from '../../core/github-step';
import { describeToken, type TokenOptions } from '../../core/token';
import { defuseWorkflowCommands } from '../../terminal/text';

/** How many seconds a person needs to paste a token. */
const PASTE_S = 15;
const LONG_S = 60;

/**
 * Rejects a token that a CI runner would read as a command, since escaping it would change the token. It applies everywhere: a
 * container of a CI job often lacks the variables of CI.  @throws CliError `invalid_response`
 */
export function refuseWorkflowCommand(line: string): void {
  if (defuseWorkflowCommands(line) !== line) {
    throw new CliError(
      'invalid_response',
      'The token that came back reads as a command to the runner of a CI system, so it is not printed as text.',
      { hint: 'Use --json, or -o github in GitHub Actions.' },
    );
  }
}

/** The log of a GitHub Actions job may be public, and the runner masks no token by itself. */
function noteOnLog({ env, notes }: Pick<CommandContext, 'env' | 'notes'>): void {
  if (!isGithubStep(env)) return;
  notes.note(
    'This token is printed without a mask: a log that shows it shows it to all who read the log. For the later steps of the job, masked: -o github',
  );
}

/**
 * Tells a person which token was minted, and gives at most one tip from the service's security considerations.  @param sentAt
 * when the request was sent, in milliseconds since 1970  @param isCopied whether the token was copied to the clipboard instead of
 * printed
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
    const expiry = timeOfDay(new Date(sentAt + options.lifetimeS * 1000));
    notes.tell(`Minted: ${describeToken(options)}, until ${expiry}.`);
  }
  if (target.sandbox) {
    notes.note(
      'The token is from an embedded sandbox that ends with this command: no other process accepts it. For one that stays, run: vstoken sandbox',
    );
    return;
  }
  if (options.lifetimeS <= PASTE_S && (isCopied || io.stdout.isTerminal)) {
    notes.advise(
      `It is dead in ${options.lifetimeS} s, maybe before you have pasted it. To paste: --lifetime 60s`,
    );
  }
  const broad = [
    options.access === 'readwrite' ? 'readwrite (it can run billable work)' : null,
    options.oneTime ? null : 'reusable (who copies it can use it too)',
    options.lifetimeS > LONG_S ? `valid for ${options.lifetimeS} s` : null,
  ].filter((word) => word !== null);
  if (broad.length > 0) {
    notes.advise(
      `Broader than it could be: ${broad.join(', ')}. Keep to readonly, --one-time and a short --lifetime wherever the client can do with it.`,
    );
  }
}

/** By hand: the first use of a locale costs more than all the rest of a mint. */
export function timeOfDay(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
