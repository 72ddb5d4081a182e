import type { Context } from '../../context/context';
import { configVersionOf } from '../../core/config-file';
import { CliError } from '../../core/errors';
import { quoteWord } from '../../core/quote';
import type { FoundEntry, StoreReport } from '../../core/store-report';
import type { StoredConfig } from '../../core/stored-config';
import { counted } from '../../core/words';
import { type Check, type CheckId, fail, failed, pass, skip, warn } from './checks';

const OTHERS_WRITE = 0o022;
const OTHERS = 0o077;

/**
 * Checks the files that contain the settings, the times when keys were last used, and the ledger (the list of minted tokens).
 * Changes no file.
 */
export async function checkSettings(
  { vault, ledger }: Pick<Context, 'vault' | 'ledger'>,
  config: StoredConfig | CliError,
): Promise<readonly Check[]> {
  const report = await vault.report();
  return [
    checkFolder(report),
    checkFile(report, config),
    checkUses(report),
    await checkLedger(report, ledger),
    checkLeftovers(report, config, vault),
  ];
}

function checkFolder({ path, folder, hasModes, fault }: StoreReport): Check {
  if (fault) {
    const check = failed('settings-folder', fault);
    // A missing folder is only a warning, because a key from a variable needs no folder.
    return path === '' || folder ? check : { ...check, result: 'warn' };
  }
  if (!folder)
    return pass(
      'settings-folder',
      `${path}: does not exist yet; vstoken creates this folder when needed`,
    );
  if (folder.kind !== 'folder') {
    return fail('settings-folder', `${path} is not a folder`, `ls -ld ${quoteWord(path)}`);
  }
  if (!hasModes) return pass('settings-folder', path);
  const seen = `${path}, mode ${octal(folder)}`;
  const fix = `chmod 700 ${quoteWord(path)}`;
  if (folder.mode & OTHERS_WRITE) {
    return fail('settings-folder', `${seen}: other users may create files there`, fix);
  }
  if (folder.mode & OTHERS) {
    return warn('settings-folder', `${seen}: other users may list its files`, fix);
  }
  return pass('settings-folder', seen);
}

/** Checks the settings file. If it cannot be read, reports the same error as every command that needs the settings. */
function checkFile({ settings, hasModes }: StoreReport, config: StoredConfig | CliError): Check {
  if (config instanceof CliError) return failed('settings-file', config);
  if (!settings) return pass('settings-file', 'none: the defaults are used, and no key is stored');
  const profiles = Object.values(config.profiles);
  const commands = profiles.filter(({ store }) => store === 'command').length;
  const parts = [
    ...(hasModes ? [`mode ${octal(settings)}`] : []),
    `version ${configVersionOf(config)}`,
    counted(profiles.length - commands, 'stored key'),
    ...(commands > 0 ? [`${counted(commands, 'command')} for a key`] : []),
  ];
  return pass('settings-file', parts.join(', '));
}

function checkUses({ uses, hasModes, fault }: StoreReport): Check {
  if (!uses) return skip('used-folder', 'no stored key was used yet');
  if (uses.kind !== 'folder') {
    return warn('used-folder', `${uses.path} is not a folder`, `rm ${quoteWord(uses.path)}`);
  }
  if (!hasModes) return pass('used-folder', uses.path);
  if (!uses.isOwn && fault) return skip('used-folder', 'see the check "Folder"');
  if (!uses.isOwn) return notOwn('used-folder', uses);
  const seen = `mode ${octal(uses)}`;
  if ((uses.mode & OTHERS) === 0) return pass('used-folder', seen);
  return warn(
    'used-folder',
    `${seen}: other users may see which keys are used, and when`,
    `chmod 700 ${quoteWord(uses.path)}`,
  );
}

const WHY_OFF = {
  ci: 'off, because the variable CI is set',
  setting: 'off in the settings',
  unreadable: 'off, because the settings cannot be read',
} as const;

async function checkLedger(
  { ledger: file, hasModes }: StoreReport,
  ledger: Pick<Context['ledger'], 'whyOff' | 'whyUnwritable'>,
): Promise<Check> {
  const off = await ledger.whyOff();
  if (off) return skip('ledger', WHY_OFF[off]);
  const why = await ledger.whyUnwritable();
  if (why !== null) {
    const fix = 'Fix the cause, or turn the ledger off: vstoken config set ledger off';
    return warn('ledger', `tokens cannot be recorded: ${why}`, fix);
  }
  if (!file) return pass('ledger', 'on, no token is recorded yet');
  if (!hasModes) return pass('ledger', 'on');
  const seen = `on, mode ${octal(file)}`;
  if ((file.mode & OTHERS) === 0) return pass('ledger', seen);
  const fix = `chmod 600 ${quoteWord(file.path)}`;
  return warn('ledger', `${seen}: other users may see when tokens were minted`, fix);
}

/** Reports files and keychain entries that a stopped process left behind. An unfinished settings file may contain a key. */
function checkLeftovers(
  { leftovers, obstacles }: StoreReport,
  config: StoredConfig | CliError,
  { pid, isAlive }: Pick<Context['vault'], 'pid' | 'isAlive'>,
): Check {
  if (obstacles.length > 0) {
    const seen = `${namesOf(obstacles)}: has the name of a lock file but is not a file, so vstoken cannot write the file that the lock protects`;
    return fail('leftovers', seen, `rm -r ${obstacles.map(quoteWord).join(' ')}`);
  }
  if (leftovers.length > 0) {
    const seen = `${namesOf(leftovers)}: left by a vstoken process that was stopped while it wrote a file`;
    return warn('leftovers', seen, `rm ${leftovers.map(quoteWord).join(' ')}`);
  }
  const noted = config instanceof CliError ? {} : config.leftovers;
  const entries = Object.values(noted).filter((owner) => owner !== pid && !isAlive(owner)).length;
  if (entries === 0) return pass('leftovers', 'none');
  const what = entries === 1 ? '1 entry' : `${entries} entries`;
  const fix = 'The next login or logout removes such entries: vstoken login';
  return warn('leftovers', `${what} in the keychain, for profiles that do not exist`, fix);
}

function namesOf(paths: readonly string[]): string {
  return paths.map((path) => path.split(/[\\/]/).at(-1)).join(', ');
}

function notOwn(id: CheckId, { path }: FoundEntry): Check {
  return fail(id, `${path} belongs to another user`, `sudo chown -R "$(id -u)" ${quoteWord(path)}`);
}

function octal({ mode }: FoundEntry): string {
  return mode.toString(8).padStart(4, '0');
}
