import { NETWORK_ERRORS, NO_SECRET_ARGUMENTS } from '../../cli/common-errors';
import { type CommandContext, defineCommand } from '../../cli/define';
import { flag, switchOff, value } from '../../cli/options';
import { CliError } from '../../core/errors';
import { STORE_KINDS, type StoreKind } from '../../core/settings';
import { CONFIG_WRITE_ERRORS, KEY_STORE_ERRORS } from '../../credentials/errors';
import { saveProfile } from '../../credentials/save-profile';
import { verifyKey } from '../../credentials/verify-key';
import { fingerprintOf } from '../../store/fingerprint';
import { parseKeyCommand, storeCommand } from './command';
import { type LoginDocument, renderLogin, toDocument } from './document';
import { obtainKey, requireKeySource, showKeySteps } from './key';
import { openStoreFor, warnOfPlaintext } from './store';
import { chooseLoginTarget, rethrowWithNoVerifyHint } from './target';

function parseStore(text: string): StoreKind {
  const kind = STORE_KINDS.find((known) => known === text);
  if (kind) return kind;
  throw new CliError('invalid_value', `--store must be one of ${STORE_KINDS.join(', ')}.`);
}

export const login = defineCommand({
  name: 'login',
  summary: 'store an API key',
  description:
    'Reads an API key from a hidden prompt or from standard input, checks it with the service, and stores it in the keychain of the system or in a file (encrypted with a passphrase, or in plain text). With --key-command, stores a command that prints the key.',
  operandsHint: (words) =>
    words.includes('--key-command')
      ? "Put the whole command in quotes: --key-command 'op read op://dev/vocalstack/key'"
      : NO_SECRET_ARGUMENTS,
  options: {
    withKey: flag('--with-key', 'read the key from standard input'),
    store: value(
      '--store <store>',
      'where to store the key: keychain, passphrase (encrypted; the passphrase is from VOCALSTACK_PASSPHRASE, VOCALSTACK_PASSPHRASE_FILE or a prompt) or plaintext',
      parseStore,
      { preset: 'the keychain, if there is one', completes: { words: STORE_KINDS } },
    ),
    keyCommand: value(
      '--key-command <command>',
      'store a command that prints the key, not the key itself; vstoken runs the command, without a shell, each time it needs the key',
      parseKeyCommand,
    ),
    verify: switchOff(
      '--no-verify',
      'do not check the key with the service, and do not run the key command',
    ),
  },
  examples: [
    { about: 'type or paste the key, which is not shown', line: 'vstoken login' },
    {
      about: 'read the key from a file, in a script',
      line: 'vstoken login --with-key --store plaintext < key.txt',
    },
    {
      about: 'get the key from a password manager at each use',
      line: "vstoken login --key-command 'op read op://dev/vocalstack/key'",
    },
    {
      about: 'store the key of a second account, encrypted with a passphrase',
      line: 'vstoken login --profile staging --store passphrase',
    },
    {
      about: 'store a key for another server, without checking the key',
      line: 'vstoken login --profile local --api-server http://localhost:8787 --no-verify',
    },
  ],
  errors: [
    'conflicting_options',
    'key_command_failed',
    'prompt_impossible',
    'stdin_is_terminal',
    'stdin_unreadable',
    'no_key_store',
    'key_empty',
    'key_malformed',
    'key_refused',
    'forbidden',
    'minting_unavailable',
    ...KEY_STORE_ERRORS.filter(
      (code) => code !== 'key_for_other_server' && code !== 'unknown_profile',
    ),
    ...CONFIG_WRITE_ERRORS,
    ...NETWORK_ERRORS,
  ],
  json: {
    '--json':
      '{profile: string, store: "keychain" | "passphrase" | "plaintext" | "command", api_server: string, fingerprint: string | null, verified: boolean, replaced: boolean, in_use: boolean}',
  },
  targetOptions: ['profile', 'server'],
  timeoutMs: 30_000,

  check({ keyCommand, withKey, store }, globals) {
    const other = withKey ? '--with-key' : store !== undefined ? '--store' : null;
    if (keyCommand !== undefined && other !== null) {
      throw new CliError('conflicting_options', `--key-command cannot be used with ${other}.`, {
        hint: 'A profile has either a key command or a stored key.',
      });
    }
    return { json: globals.json };
  },

  async run(context, options) {
    const { keyCommand, verify } = options;
    if (keyCommand !== undefined) {
      return { data: await logInByCommand(context, keyCommand, verify) };
    }
    requireKeySource(context, options.withKey);
    const work = () => logIn(context, options);
    // Opening a store can take seconds if the keychain does not answer. During this time, the person may already paste the key.
    // `hold` hides the pasted text and keeps it for the prompt.
    return { data: await (options.withKey ? work() : context.prompt.hold(work)) };
  },

  render: (document: LoginDocument, _options, page) => renderLogin(document, page),
});

interface LoginOptions {
  readonly withKey: boolean;
  readonly store: StoreKind | undefined;
  readonly verify: boolean;
}

async function logIn(
  context: CommandContext,
  { withKey, store: chosen, verify }: LoginOptions,
): Promise<LoginDocument> {
  const found = await chooseLoginTarget(context);
  const { config, profile, before, apiServer } = found;
  if (!withKey) showKeySteps(context, apiServer);
  const store = await openStoreFor(context, chosen, before, { config, profile });
  const key = await obtainKey(context, withKey, apiServer);
  if (verify) await verifyKey(context, apiServer, key).catch(rethrowWithNoVerifyHint);
  warnOfPlaintext(context, store);
  const binding = { profile, origin: apiServer };
  const fingerprint = fingerprintOf(key);
  const after = await saveProfile(context, store, binding, key, {
    store: store.kind,
    origin: apiServer,
    fingerprint,
    created_at: new Date(context.clock.now()).toISOString(),
  });
  return toDocument(context, { place: found, after, store: store.kind, fingerprint, verify });
}

async function logInByCommand(
  context: CommandContext,
  command: string,
  verify: boolean,
): Promise<LoginDocument> {
  const { place, fingerprint, after } = await storeCommand(context, command, verify);
  return toDocument(context, { place, after, store: 'command', fingerprint, verify });
}
