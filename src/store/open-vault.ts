import type { Clock, Vault } from '../context';
import { configFolder } from '../core/config-folder';
import { createVault } from './vault';

/** The vault of the user of a process. */
export async function openVault(outside: {
  readonly node: NodeJS.Process;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  isAlive(pid: number): boolean;
}): Promise<Vault> {
  const { node, clock, signal, isAlive } = outside;
  const { env, platform, execPath, pid } = node;
  // What the system says where the variable is missing; to ask it costs more than to read the settings.
  const home = env['HOME'] || (await import('node:os')).homedir();
  const randomId = () => crypto.randomUUID();
  return createVault({
    folder: configFolder(env, platform, home),
    owner: node.geteuid?.(),
    ...{ clock, signal, pid, isAlive, randomId },
    loadKeychain: async () =>
      (await import('./keychain')).createKeychain({ node: execPath, env, clock, signal, randomId }),
  });
}
