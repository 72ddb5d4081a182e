import { type CliError, hintInLine, toCliError } from '../../core/errors';

/** The group and the title of every check, in display order. */
const CHECKS = {
  node: ['program', 'Node.js'],
  'debugging-aids': ['program', 'Debugging aids'],
  'keychain-package': ['program', 'Keychain package'],
  sdk: ['program', 'JavaScript SDK'],
  'settings-folder': ['settings', 'Folder'],
  'settings-file': ['settings', 'Settings file'],
  'used-folder': ['settings', 'Last use of keys'],
  ledger: ['settings', 'Ledger'],
  leftovers: ['settings', 'Leftover files'],
  'key-source': ['key', 'API key'],
  'key-hidden': ['key', 'Unused keys'],
  'key-server': ['key', 'Server of the key'],
  'key-store': ['key', 'Store of the key'],
  server: ['network', 'API server'],
  proxy: ['network', 'Proxy'],
  'certificate-files': ['network', 'CA certificates'],
  'certificate-checks': ['network', 'Verification'],
  dns: ['network', 'DNS'],
  tcp: ['network', 'TCP'],
  tls: ['network', 'TLS'],
  answer: ['service', 'Answer'],
  websocket: ['service', 'WebSocket'],
  'api-version': ['service', 'API version'],
  generation: ['service', 'Token API'],
  clock: ['service', 'Clock'],
} as const;

export type CheckId = keyof typeof CHECKS;
export type Group = (typeof CHECKS)[CheckId][0];
export const GROUPS: readonly Group[] = ['program', 'settings', 'key', 'network', 'service'];

export interface Check {
  readonly id: CheckId;
  readonly group: Group;
  readonly title: string;
  /** `skipped` means that there was nothing to check, or that the check was impossible. */
  readonly result: 'pass' | 'warn' | 'fail' | 'skipped';
  /** What the check found, or why it was skipped. */
  readonly observed: string;
  /**
   * How to fix the problem: a command, or an instruction that may end with a colon and a command. Present with `warn` and `fail`.
   */
  readonly fix?: string;
}

function check(id: CheckId, result: Check['result'], observed: string): Check {
  const [group, title] = CHECKS[id];
  return { id, group, title, result, observed };
}

export const pass = (id: CheckId, observed: string): Check => check(id, 'pass', observed);

export const skip = (id: CheckId, why: string): Check => check(id, 'skipped', why);

export const warn = (id: CheckId, observed: string, fix: string): Check => ({
  ...check(id, 'warn', observed),
  fix,
});

export const fail = (id: CheckId, observed: string, fix: string): Check => ({
  ...check(id, 'fail', observed),
  fix,
});

/** Returns a failed check with the message and the hint of an error. */
export function failed(id: CheckId, { message, hint }: CliError): Check {
  return fail(id, message.replace(/\.$/, ''), hintInLine(hint ?? 'vstoken doctor --verbose'));
}

/**
 * Runs a task. Returns its result, or its error if it fails, for example because a deadline was reached.
 * @throws CliError `internal_error`, `interrupted` or `terminated` if the task fails with one of these errors
 */
export async function attempt<Value>(task: () => Promise<Value>): Promise<Value | CliError> {
  try {
    return await task();
  } catch (thrown) {
    const error = toCliError(thrown);
    if (['internal_error', 'interrupted', 'terminated'].includes(error.code)) throw error;
    return error;
  }
}

/** Returns the checks of a group that are not in `seen`. All of them are skipped, with the reason in `why`. */
export function skipRemaining(group: Group, seen: readonly Check[], why: string): readonly Check[] {
  return (Object.keys(CHECKS) as CheckId[])
    .filter((id) => CHECKS[id][0] === group && !seen.some((one) => one.id === id))
    .map((id) => skip(id, why));
}

export function inOrder(checks: readonly Check[]): readonly Check[] {
  const ids = Object.keys(CHECKS);
  return [...checks].sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
}
