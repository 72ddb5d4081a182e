import type { Ledger } from '../context/ledger';
import type { Vault } from '../context/vault';
import type { CliError } from '../core/errors';

/**
 * Creates a vault (the settings and stored keys) for a user whose settings folder is unusable. `report` and the methods for the
 * last use of a key never throw. All other methods that need the settings folder throw `reason`.
 */
export function unusableVault(
  reason: CliError,
  { pid, isAlive }: Pick<Vault, 'pid' | 'isAlive'>,
): Vault {
  const fail = async () => {
    throw reason;
  };
  const vault: Vault = {
    ...{ pid, isAlive, locate: fail, read: fail, update: fail, requireWritable: fail },
    ...{ cleanUp: fail, discard: fail, open: fail },
    report: async () => ({
      ...{ path: '', hasModes: false, folder: null, settings: null, ledger: null, uses: null },
      ...{ leftovers: [], obstacles: [], fault: reason },
    }),
    withSignal: () => vault,
    lastUsed: async () => null,
    markUsed: () => undefined,
    moveUse: () => undefined,
  };
  return vault;
}

/** Creates a ledger (the record of tokens) for a user whose settings folder is unusable. It records nothing. */
export function unusableLedger(reason: CliError, whyOff: Ledger['whyOff']): Ledger {
  const nothing = () => undefined;
  const none = async () => null;
  return {
    ...{ prepare: nothing, minted: nothing, used: nothing, find: none, findAny: none, whyOff },
    lengthsAt: async () => [],
    whyUnwritable: async () => reason.message.replace(/\.$/, ''),
    forget: async () => undefined,
    flush: none,
  };
}
