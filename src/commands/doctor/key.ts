import type { CommandContext } from '../../cli/define';
import type { Environment } from '../../core/environment';
import { CliError } from '../../core/errors';
import {
  GIVING_VARIABLES,
  KEY_COMMAND_VARIABLE,
  type KeySource,
  PASSPHRASE_FILE_VARIABLE,
  PASSPHRASE_VARIABLE,
} from '../../core/key-source';
import type { StoreKind } from '../../core/settings';
import { EMPTY_CONFIG } from '../../core/stored-config';
import { listSources } from '../../credentials/list-sources';
import { readKeyUnlessToken } from '../../credentials/open-target';
import { createPassphraseSource } from '../../credentials/passphrase';
import { fixForOtherServer } from '../../credentials/stored-key';
import { fingerprintOf } from '../../store/fingerprint';
import { canAsk } from '../../terminal/ask';
import { attempt, type Check, fail, failed, pass, skip, skipRemaining, warn } from './checks';
import type { DoctorTarget } from './target';

type Stored = Extract<KeySource, { kind: 'stored' }>;

/**
 * Checks the API key that other commands would use now. Shows only the fingerprint of the key, does not send the key, and does
 * not ask for a passphrase.
 */
export async function checkKey(
  context: CommandContext,
  { config, source, server, sandbox }: DoctorTarget,
  offline: boolean,
): Promise<readonly Check[]> {
  if (sandbox) return skipRemaining('key', [], 'the embedded sandbox has its own key');
  const { globals, env } = context;
  const readable = config instanceof CliError ? EMPTY_CONFIG : config;
  const hidden = checkHidden(listSources(globals.profile, env, readable));
  if (source instanceof CliError) {
    const first = source.code.startsWith('config_')
      ? skip('key-source', 'the settings cannot be read')
      : failed('key-source', source);
    return [first, hidden, ...skipRemaining('key', [first, hidden], 'there is no key')];
  }
  const own = skip(
    'key-server',
    'a key from an environment variable is not bound to one API server',
  );
  if (source.kind === 'command') {
    const { checkCommand } = await import('./key-command');
    const command = { source, text: source.text, name: KEY_COMMAND_VARIABLE, offline };
    const [first, store] = await checkCommand(context, command);
    return [first, hidden, own, store];
  }
  if (source.kind !== 'stored') {
    const [first, store] = await checkGiven(context, source);
    return [first, hidden, own, store];
  }
  const { name, profile } = source;
  const { store, fingerprint } = profile;
  if (store === 'command') {
    const { checkCommand } = await import('./key-command');
    const command = { source, text: profile.command ?? '', name: `profile ${name}`, offline };
    const [first, check] = await checkCommand(context, command);
    return [first, hidden, checkOwnServer(source, server, context.env), check];
  }
  return [
    pass('key-source', `profile ${name}, fingerprint ${fingerprint}`),
    hidden,
    checkOwnServer(source, server, context.env),
    store === 'plaintext'
      ? warn(
          'key-store',
          'plaintext: in a file that only this user can read, and in backups of this file',
          `vstoken login --profile ${name} --store passphrase`,
        )
      : await checkOpening(context, source, store),
  ];
}

function checkOwnServer({ profile }: Stored, server: string | CliError, env: Environment): Check {
  if (server instanceof CliError)
    return skip('key-server', 'the API server is unknown: see the check "API server"');
  const { origin } = profile;
  if (server === origin) return pass('key-server', origin);
  const seen = `the key was stored for ${origin}, and is sent only to this server`;
  return fail('key-server', seen, fixForOtherServer(env, server));
}

/**
 * Reports the keys that are not used because another key is used. Warns if the used key is from a variable such as
 * VOCALSTACK_API_KEY, because people easily forget such a variable. Does not warn if --profile or VOCALSTACK_PROFILE names the
 * used key, because people set these on purpose.
 */
function checkHidden(sources: ReturnType<typeof listSources>): Check {
  const used = sources.find(({ state }) => state === 'used')?.source ?? '';
  const hidden = sources.filter(({ state }) => state === 'shadowed');
  if (hidden.length === 0) return pass('key-hidden', 'none');
  const names = hidden.map(({ source, detail }) => `${source} (${detail})`).join(', ');
  const seen = `${used} is used instead of ${names}`;
  if (!GIVING_VARIABLES.some((name) => name === used)) return pass('key-hidden', seen);
  return warn('key-hidden', seen, `unset ${used}`);
}

async function checkGiven(
  context: CommandContext,
  source: Exclude<KeySource, Stored>,
): Promise<readonly [Check, Check]> {
  const given = await attempt(() => readKeyUnlessToken(context, source, ''));
  if (given instanceof CliError) {
    return [failed('key-source', given), skip('key-store', 'there is no key')];
  }
  return [
    pass('key-source', `${given.source}, fingerprint ${fingerprintOf(given.key)}`),
    pass('key-store', 'not stored: the key is from an environment variable'),
  ];
}

/** Checks that the store returns a key, and that the key is the one that was stored. */
async function checkOpening(
  context: CommandContext,
  { name, profile }: Stored,
  store: StoreKind,
): Promise<Check> {
  const { origin, fingerprint } = profile;
  const { env, vault } = context;
  const isSealed = store === 'passphrase';
  if (isSealed && !env[PASSPHRASE_VARIABLE] && !env[PASSPHRASE_FILE_VARIABLE]) {
    const seen = 'encrypted with a passphrase';
    if (canAsk(context)) return pass('key-store', `${seen}: vstoken asks for the passphrase`);
    const fix = `export ${PASSPHRASE_FILE_VARIABLE}=PATH`;
    return warn(
      'key-store',
      `${seen}, but without a terminal vstoken cannot ask for the passphrase`,
      fix,
    );
  }
  const key = await attempt(async () => {
    const opened = await vault.open(store, createPassphraseSource(context, name));
    return opened.read({ profile: name, origin }, profile);
  });
  if (key instanceof CliError) return failed('key-store', key);
  if (fingerprintOf(key) !== fingerprint) {
    const seen = `the stored key has the fingerprint ${fingerprintOf(key)}, but the settings file contains the fingerprint ${fingerprint}`;
    return fail('key-store', seen, `vstoken login --profile ${name}`);
  }
  return pass(
    'key-store',
    isSealed
      ? 'encrypted, and the passphrase decrypts the key'
      : 'the keychain works, and contains the key',
  );
}
