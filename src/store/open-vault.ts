import type { Clock } from '../context/clock';
import type { Vault } from '../context/vault';
import { configFolder } from '../core/config-folder';
import { CliError } from '../core/errors';
import { pidSpace } from './lock-file';
import { createVault } from './vault';

export async function openVault(outside: {
  readonly node: NodeJS.Process;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  isAlive(pid: number): boolean;
}): Promise<Vault> {
  const { node, clock, signal, isAlive } = outside;
  const { env, platform, execPath, pid } = node;
  const randomId = () => crypto.randomUUID();
  const home = env['HOME'] || (await import('./home')).homeOfSystem();
  try {
    return createVault({
      ...configFolder(env, platform, home),
      owner: node.geteuid?.(),
      ...{ clock, signal, pid, space: pidSpace, isAlive, randomId },
      loadKeychain: async (own) =>
        (await import('./keychain')).createKeychain({
          ...{ node: execPath, env, clock, signal: own, randomId },
        }),
    });
  } catch (thrown) {
    if (!(thrown instanceof CliError)) throw thrown;
    return (await import('./unusable')).unusableVault(thrown, { pid, isAlive });
  }
}
