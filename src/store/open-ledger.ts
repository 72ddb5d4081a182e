import type { Clock } from '../context/clock';
import type { Ledger } from '../context/ledger';
import type { Vault } from '../context/vault';
import { configFolder } from '../core/config-folder';
import { type Environment, isCi } from '../core/environment';
import { CliError } from '../core/errors';
import { createLedger } from './ledger';
import { pidSpace } from './lock-file';

export async function openLedger(outside: {
  readonly node: NodeJS.Process;
  readonly clock: Clock;
  readonly vault: Vault;
}): Promise<Ledger> {
  const { node, clock, vault } = outside;
  const { env, platform } = node;
  const home = env['HOME'] || (await import('./home')).homeOfSystem();
  const isOff = () => whyOff(env, vault);
  try {
    return createLedger({
      ...configFolder(env, platform, home),
      owner: node.geteuid?.(),
      ...{ clock, pid: vault.pid, space: pidSpace, isAlive: vault.isAlive },
      randomId: () => crypto.randomUUID(),
      whyOff: isOff,
    });
  } catch (thrown) {
    if (!(thrown instanceof CliError)) throw thrown;
    return (await import('./unusable')).unusableLedger(thrown, isOff);
  }
}

/**
 * Returns why the ledger (the record of tokens) is off, or null if it is on. If the settings cannot be read, the ledger is off,
 * because these settings may contain the setting that turns the ledger off.
 */
export async function whyOff(
  env: Environment,
  vault: Pick<Vault, 'read'>,
): ReturnType<Ledger['whyOff']> {
  if (isCi(env)) return 'ci';
  try {
    const { settings } = await vault.read();
    return settings.ledger === 'off' ? 'setting' : null;
  } catch {
    return 'unreadable';
  }
}
