import type { Clock } from '../context/clock';
import type { Ledger } from '../context/ledger';
import type { Vault } from '../context/vault';
import { configFolder } from '../core/config-folder';
import type { Environment } from '../core/environment';
import { createLedger } from './ledger';

/** The ledger of the user of a process. */
export async function openLedger(outside: {
  readonly node: NodeJS.Process;
  readonly clock: Clock;
  readonly vault: Vault;
}): Promise<Ledger> {
  const { node, clock, vault } = outside;
  const { env, platform } = node;
  const home = env['HOME'] || (await import('./home')).homeOfSystem();
  return createLedger({
    folder: configFolder(env, platform, home),
    owner: node.geteuid?.(),
    ...{ clock, pid: vault.pid, isAlive: vault.isAlive, randomId: () => crypto.randomUUID() },
    whyOff: () => whyOff(env, vault),
  });
}

/** Settings that cannot be read may say that it is off. */
export async function whyOff(
  env: Environment,
  vault: Pick<Vault, 'read'>,
): ReturnType<Ledger['whyOff']> {
  if (env['CI']) return 'ci';
  try {
    const { settings } = await vault.read();
    return settings.ledger === 'off' ? 'setting' : null;
  } catch {
    return 'unreadable';
  }
}
