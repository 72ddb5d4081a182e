import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../context/clock';
import type { KeyStore, Vault } from '../context/vault';
import { parseConfig } from '../core/config-file';
import { configPath } from '../core/config-folder';
import { CliError } from '../core/errors';
import { EMPTY_CONFIG } from '../core/stored-config';
import { codeOf } from '../core/system-reasons';
import { baseOwnerError, type Location } from './location';
import { withLock } from './lock';
import { createPlaintextStore } from './plaintext';
import { readOwnFile, requireOwnFolder, unwritable } from './safe-file';

export interface VaultOptions extends Location {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly pid: number;
  space(): string;
  isAlive(pid: number): boolean;
  randomId(): string;
  loadKeychain(signal: AbortSignal): Promise<KeyStore>;
}

/** Whether a file is a temporary file that will replace the settings. It may contain a key. */
const isTemporary = (name: string) => name.startsWith('config.json.tmp-');

export function createVault(options: VaultOptions): Vault {
  const { folder, clock, signal, pid, isAlive } = options;
  const path = configPath(folder);
  const usesFolder = join(folder, 'used');
  const locking = { ...options, path: `${path}.lock` };
  const makeFolder = () => requireOwnFolder(options);
  const useOf = (profile: string) => join(usesFolder, profile);

  return {
    pid,
    isAlive,
    locate: async () => path,
    async read() {
      const text = readOwnFile(path, options);
      return text === null ? EMPTY_CONFIG : parseConfig(text, path);
    },
    async update(change) {
      makeFolder();
      const { changeConfig } = await import('./write-config');
      return withLock({ ...locking, makeFolder }, (renew) => {
        // Check the file first, so that a link, a damaged file, and a file that other users can change are never overwritten.
        const text = readOwnFile(path, options);
        if (text !== null) parseConfig(text, path);
        removeNow(isTemporary);
        return changeConfig(path, change, renew);
      });
    },
    cleanUp: () => removeFiles(isTemporary),
    discard: () => removeFiles((name) => name === 'config.json' || isTemporary(name)),
    async requireWritable() {
      makeFolder();
      await withLock({ ...locking, makeFolder }, () => readOwnFile(path, options));
    },
    async report() {
      const { reportOnStore } = await import('./store-report');
      return reportOnStore({ ...options, now: clock.now() });
    },
    withSignal: (own) => createVault({ ...options, signal: own }),
    async open(kind, passphrase) {
      if (kind === 'keychain') return options.loadKeychain(signal);
      if (kind === 'plaintext') return createPlaintextStore();
      return (await import('./sealed')).createSealedStore(passphrase, signal);
    },
    async lastUsed(profile) {
      try {
        return new Date(statSync(useOf(profile)).mtimeMs).toISOString();
      } catch {
        return null;
      }
    },
    markUsed(profile) {
      const seconds = clock.now() / 1000;
      try {
        utimesSync(useOf(profile), seconds, seconds);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') createUse(profile);
      }
    },
    moveUse(from, to) {
      try {
        if (to === null) rmSync(useOf(from), { force: true });
        else renameSync(useOf(from), useOf(to));
      } catch {
        // Ignore the failure. The time of last use is only information.
      }
    },
  };

  /**
   * Removes a file.
   * @param empty makes the file empty; called if the file is mounted, because a mounted file cannot be removed
   */
  function removeOne(file: string, empty: ((path: string) => void) | undefined): void {
    try {
      // Does not use rmSync, because on Node.js 24 the error of rmSync has no code.
      unlinkSync(file);
    } catch (cause) {
      if (codeOf(cause) === 'EBUSY' && empty) empty(file);
      else if (codeOf(cause) !== 'ENOENT') throw cause;
    }
  }

  /**
   * Removes the files of the settings folder for which `isMeant` returns true. The caller must have the lock. Then no other
   * process still needs a temporary file, because a process writes a temporary file only while it has the lock. An existing
   * temporary file is from a process that was killed, or that lost the lock because it was suspended.
   */
  function removeNow(isMeant: (name: string) => boolean, empty?: (path: string) => void): void {
    try {
      for (const name of readdirSync(folder).filter(isMeant)) removeOne(join(folder, name), empty);
    } catch (cause) {
      throw unwritable(path, cause);
    }
  }

  async function removeFiles(isMeant: (name: string) => boolean): Promise<void> {
    try {
      if (!readdirSync(folder).some(isMeant)) return;
      const foreign = baseOwnerError(options);
      if (foreign) throw foreign;
      const { emptyConfig } = await import('./write-config');
      await withLock(locking, () => removeNow(isMeant, emptyConfig));
    } catch (cause) {
      if (cause instanceof CliError) throw cause;
      if (codeOf(cause) !== 'ENOENT') throw unwritable(path, cause);
    }
  }

  function createUse(profile: string): void {
    if (baseOwnerError(options)) return;
    try {
      mkdirSync(usesFolder, { recursive: true, mode: 0o700 });
      closeSync(openSync(useOf(profile), 'w', 0o600));
    } catch {
      // Ignore the failure. The time of last use is only information.
    }
  }
}
