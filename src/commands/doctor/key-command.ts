import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import type { KeySource } from '../../core/key-source';
import { splitCommand } from '../../core/split-command';
import { readKeyUnlessToken } from '../../credentials/open-target';
import { fingerprintOf } from '../../store/fingerprint';
import { attempt, type Check, failed, pass, skip } from './checks';

interface Command {
  readonly source: KeySource;
  readonly text: string;
  /** Where the command is set: the name of an environment variable, or `profile NAME`. */
  readonly name: string;
  readonly offline: boolean;
}

/** Runs the command that prints the key. With --offline, the command is not run, because it may use the network. */
export async function checkCommand(
  context: CommandContext,
  { source, text, name, offline }: Command,
): Promise<readonly [source: Check, store: Check]> {
  const words = await attempt(async () => splitCommand(text, `The command of ${name}`));
  if (words instanceof CliError) {
    return [failed('key-source', words), skip('key-store', 'the key command cannot be run')];
  }
  const first = pass('key-source', `${name}, the command ${words[0]}`);
  if (offline)
    return [first, skip('key-store', 'with --offline, vstoken does not run the key command')];
  const origin = source.kind === 'stored' ? source.profile.origin : '';
  const given = await attempt(() => readKeyUnlessToken(context, source, origin));
  if (given instanceof CliError) return [first, failed('key-store', given)];
  return [
    first,
    pass('key-store', `the command prints a key, fingerprint ${fingerprintOf(given.key)}`),
  ];
}
