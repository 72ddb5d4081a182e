import { NETWORK_ERRORS, NO_SECRET_ARGUMENTS } from '../../cli/common-errors';
import { type CommandContext, defineCommand } from '../../cli/define';
import { flag, switchOff, value } from '../../cli/options';
import { exitCodeOf } from '../../core/error-codes';
import { CliError, toCliError } from '../../core/errors';
import { chooseApiServer, KEY_FILE_VARIABLE, KEY_VARIABLE } from '../../core/key-source';
import { STORE_KINDS, type StoreKind } from '../../core/settings';
import { findProfile } from '../../core/stored-config';
import { CONFIG_WRITE_ERRORS, KEY_STORE_ERRORS } from '../../credentials/errors';
import { namedProfile } from '../../credentials/named-profile';
import { requireVerification } from '../../credentials/open-target';
import { saveProfile } from '../../credentials/save-profile';
import { verifyKey } from '../../credentials/verify-key';
import { fingerprintOf } from '../../store/fingerprint';
import { obtainKey, requireKeySource, tellWhereKeysAre } from './key';
import { openStoreFor, warnOfPlaintext } from './store';

/** Where a key went, as `--json` prints it. */
interface LoginDocument {
  readonly profile: string;
  readonly store: StoreKind;
  readonly api_server: string;
  readonly fingerprint: string;
  /** Whether the service was asked, and took it. */
  readonly verified: boolean;
  /** Whether there was a key before it. */
  readonly replaced: boolean;
  /** Whether it is the one that is used when none is named. */
  readonly in_use: boolean;
}

function parseStore(text: string): StoreKind {
  const kind = STORE_KINDS.find((known) => known === text);
  if (kind) return kind;
  throw new CliError('invalid_value', `--store takes one of ${STORE_KINDS.join(', ')}.`);
}

const NAMES: Readonly<Record<StoreKind, string>> = {
  keychain: 'in the keychain of this system',
  passphrase: 'sealed by the passphrase',
  plaintext: 'in plain text',
};

export const login = defineCommand({
  name: 'login',
  summary: 'store an API key, protected',
  description:
    'Takes an API key from a hidden prompt or from standard input, asks the service whether it is good, and stores it: in the keychain of the system, sealed by a passphrase, or in plain text.',
  operandsHint: NO_SECRET_ARGUMENTS,
  options: {
    withKey: flag('--with-key', 'read the key from standard input'),
    store: value(
      '--store <store>',
      'keychain, passphrase (VOCALSTACK_PASSPHRASE, VOCALSTACK_PASSPHRASE_FILE, or asked for) or plaintext',
      parseStore,
      { preset: 'the keychain, where there is one', completes: { words: STORE_KINDS } },
    ),
    verify: switchOff('--no-verify', 'store the key without asking the service'),
  },
  examples: [
    { about: 'type or paste the key, unseen', line: 'vstoken login' },
    {
      about: 'from a file, in a script',
      line: 'vstoken login --with-key --store plaintext < key.txt',
    },
    {
      about: 'a second account, sealed by a passphrase',
      line: 'vstoken login --profile staging --store passphrase',
    },
    {
      about: 'for another server, without asking it',
      line: 'vstoken login --profile local --api-server http://localhost:8787 --no-verify',
    },
  ],
  errors: [
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
      '{profile: string, store: "keychain" | "passphrase" | "plaintext", api_server: string, fingerprint: string, verified: boolean, replaced: boolean, in_use: boolean}',
  },
  reach: ['profile', 'server'],
  timeoutMs: 30_000,

  async run(context, options) {
    requireKeySource(context, options.withKey);
    const work = () => logIn(context, options);
    // To find a store takes seconds where a keychain does not answer, and the key may be pasted meanwhile.
    return { data: await (options.withKey ? work() : context.prompt.hold(work)) };
  },

  render(document: LoginDocument, _options, page) {
    const { profile, store, api_server, fingerprint, verified, replaced, in_use } = document;
    const lines = [
      `Logged in: profile ${profile}, for ${api_server}.`,
      ...(replaced ? ['This replaced the key that the profile had before.'] : []),
      `Key ${fingerprint}: ${NAMES[store]}.`,
      verified ? 'The service takes it.' : 'The service was not asked.',
      ...(in_use ? [] : [`To use it when none is named: vstoken profile use ${profile}`]),
    ];
    return lines.map((line) => `${page.wrap(line, 0)}\n`).join('');
  },
});

interface LoginOptions {
  readonly withKey: boolean;
  readonly store: StoreKind | undefined;
  readonly verify: boolean;
}

async function logIn(context: CommandContext, options: LoginOptions): Promise<LoginDocument> {
  const { withKey, store: chosen, verify } = options;
  const config = await context.vault.read();
  const { env, globals } = context;
  const profile = namedProfile(globals, env) ?? config.profile;
  const before = findProfile(config, profile);
  const apiServer = chooseApiServer(globals.apiServer, env, before?.origin, config);
  requireVerification(context, apiServer);
  if (!withKey) tellWhereKeysAre(context, apiServer);
  const store = await openStoreFor(context, chosen, before, { config, profile });
  const key = await obtainKey(context, withKey, apiServer);
  if (verify) await verifyKey(context, apiServer, key).catch(rethrowWithWayOut);
  warnOfPlaintext(context, store);
  const place = { profile, origin: apiServer };
  const fingerprint = fingerprintOf(key);
  const after = await saveProfile(context, store, place, key, {
    store: store.kind,
    origin: apiServer,
    fingerprint,
    created_at: new Date(context.clock.now()).toISOString(),
  });
  warnOfShadow(context);
  return {
    profile,
    store: store.kind,
    api_server: apiServer,
    fingerprint,
    verified: verify,
    replaced: before !== undefined,
    in_use: after.profile === profile,
  };
}

/** Nobody has to guess what became of the key, and what to do without a network. */
function rethrowWithWayOut(thrown: unknown): never {
  const { code, message, hint, httpStatus } = toCliError(thrown);
  if (exitCodeOf(code) !== 6) throw thrown;
  const more = 'Nothing was stored. To store the key without asking: --no-verify';
  throw new CliError(code, message, {
    hint: hint ? `${hint} ${more}` : more,
    httpStatus,
    cause: thrown,
  });
}

/** An environment key that hides a profile is what people wonder about most. */
function warnOfShadow({ env, notes, globals }: CommandContext): void {
  const hiding = [KEY_VARIABLE, KEY_FILE_VARIABLE].find((name) => env[name]);
  if (!hiding) return;
  const name = globals.profile === undefined ? 'the profile' : globals.profile;
  notes.note(`${hiding} is set, and is used before ${name} unless --profile names it.`);
}
