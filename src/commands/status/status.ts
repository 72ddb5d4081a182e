import { NETWORK_ERRORS } from '../../cli/common-errors';
import { defineCommand, type Outcome, type Page } from '../../cli/define';
import { flag } from '../../cli/options';
import { exitCodeOf } from '../../core/error-codes';
import { CliError, toCliError } from '../../core/errors';
import { dateAndTime } from '../../core/iso-time';
import { chooseApiServer, type KeySource } from '../../core/key-source';
import { programOf, splitCommand } from '../../core/split-command';
import type { KeyStorage } from '../../core/stored-config';
import { KEY_STORE_ERRORS } from '../../credentials/errors';
import { listSources, type SourceRow } from '../../credentials/list-sources';
import { choose, readKeyUnlessToken, requireVerification } from '../../credentials/open-target';
import { verifyKey } from '../../credentials/verify-key';
import { fingerprintOf } from '../../store/fingerprint';
import { renderRows } from '../../terminal/rows';

/** The JSON of `vstoken status`: which key would be used, and why. All members are always present. */
interface StatusDocument {
  readonly ok: boolean;
  /** The profile of the key. Null if the key is not from a profile, or if there is no key. */
  readonly profile: string | null;
  /** Where the key is stored. Null without a key. */
  readonly store: KeyStorage | 'environment' | null;
  /** The program that the key command starts. Null without a key command, or if the command cannot be split into words. */
  readonly program: string | null;
  readonly api_server: string;
  readonly fingerprint: string | null;
  readonly created_at: string | null;
  readonly last_used_at: string | null;
  /** All sources, in order of precedence. */
  readonly sources: readonly SourceRow[];
  /** The answer of the service about the key. Null if the service was not asked. */
  readonly check: 'accepted' | 'refused' | 'unreachable' | null;
  readonly config_path: string;
  readonly error: { readonly code: string; readonly message: string } | null;
}

const PROTECTION: Readonly<Record<KeyStorage | 'environment', string>> = {
  keychain: 'keychain of this system (--check opens it)',
  passphrase: 'encrypted with a passphrase',
  plaintext: 'none: plain text, in a file that only this user can read',
  command: 'depends on the command (--check runs it)',
  environment: 'none: set in the environment, not stored',
};

export const status = defineCommand({
  name: 'status',
  summary: 'show which API key would be used, and why',
  description:
    'Shows all sources of an API key, which one is used, how the key is protected, and its API server. --check asks the service whether it accepts the key, for free.',
  options: {
    check: flag(
      '--check',
      'ask the service about the key: accepted (exit 0), refused (exit 4), unreachable (exit 6)',
    ),
  },
  examples: [
    { about: 'the key that would be used', line: 'vstoken status' },
    {
      about: 'check whether the service accepts the key, for a script',
      line: 'vstoken status --check --json',
    },
    { about: 'the key of another profile', line: 'vstoken status --profile staging' },
  ],
  errors: [
    'no_key',
    'key_empty',
    'key_malformed',
    'key_file_unreadable',
    'key_command_failed',
    'key_refused',
    'forbidden',
    'minting_unavailable',
    ...KEY_STORE_ERRORS,
    ...NETWORK_ERRORS,
  ],
  json: {
    '--json':
      '{ok: boolean, profile: string | null, store: "keychain" | "passphrase" | "plaintext" | "command" | "environment" | null, program: string | null, api_server: string, fingerprint: string | null, created_at: string | null, last_used_at: string | null, sources: {source: string, state: "used" | "shadowed" | "unset", detail: string | null}[], check: "accepted" | "refused" | "unreachable" | null, config_path: string, error: {code: string, message: string} | null}',
  },
  targetOptions: ['profile', 'server'],
  timeoutMs: 30_000,

  async run(context, { check }): Promise<Outcome<StatusDocument>> {
    const { globals, env, vault } = context;
    const { config, source: chosen } = await choose(context, globals);
    const source = chosen instanceof CliError ? null : chosen;
    const stored = source?.kind === 'stored' ? source : null;
    const command = source && commandOf(source);
    const apiServer = chooseApiServer(globals.apiServer, env, stored?.profile.origin, config);
    requireVerification(context, apiServer);
    let fingerprint = stored?.profile.fingerprint ?? null;
    let checked: StatusDocument['check'] = null;
    let error = chosen instanceof CliError ? chosen : null;
    try {
      if (command !== null && !check) splitCommand(command, 'The command for the API key');
      if (source && (check || (!stored && command === null))) {
        const { key } = await readKeyUnlessToken(context, source, apiServer);
        fingerprint = fingerprintOf(key);
        if (check) {
          await verifyKey(context, apiServer, key);
          checked = 'accepted';
        }
      } else if (stored && stored.profile.origin !== apiServer) {
        await readKeyUnlessToken(context, stored, apiServer);
      }
    } catch (thrown) {
      error = toCliError(thrown);
      if (check) checked = checkResult(error);
    }
    return {
      data: {
        ok: error === null,
        profile: stored?.name ?? null,
        store: source && (command !== null ? 'command' : (stored?.profile.store ?? 'environment')),
        program: command === null ? null : programOf(command),
        api_server: apiServer,
        fingerprint,
        created_at: stored?.profile.created_at ?? null,
        last_used_at: stored ? await vault.lastUsed(stored.name) : null,
        sources: listSources(globals.profile, env, config),
        check: checked,
        config_path: await vault.locate(),
        error: error && { code: error.code, message: error.message },
      },
      error: error ?? undefined,
    };
  },

  render: (data, _options, page) => renderStatus(data, page),
});

function commandOf(source: KeySource): string | null {
  if (source.kind === 'command') return source.text;
  return source.kind === 'stored' ? (source.profile.command ?? null) : null;
}

/** Returns the result of --check for an error. Null if the service was not asked. */
function checkResult({ code }: CliError): StatusDocument['check'] {
  if (code === 'key_refused' || code === 'forbidden') return 'refused';
  return exitCodeOf(code) === 6 ? 'unreachable' : null;
}

function renderStatus(data: StatusDocument, page: Page): string {
  const facts: readonly (readonly [string, string | null])[] = [
    ['Key', data.store === null ? 'none' : keyName(data)],
    ['Command', data.program],
    ['Protection', data.store && PROTECTION[data.store]],
    [
      'Fingerprint',
      data.fingerprint && `${data.fingerprint}${isFromLogin(data) ? ' (at login)' : ''}`,
    ],
    ['Server', data.api_server],
    ['Stored', data.created_at && dateAndTime(data.created_at)],
    ['Last used', data.last_used_at && dateAndTime(data.last_used_at)],
    ['Service', data.check && SERVICE[data.check]],
    ['Settings', data.config_path],
  ];
  const rows = facts.flatMap(([name, value]) => (value ? [[`${name}:`, value] as const] : []));
  const sources = data.sources.map(({ source, state, detail }) => {
    const hidden = state === 'shadowed' ? ' (not used)' : '';
    return [`${MARKS[state]} ${source}`, `${detail ?? 'not set'}${hidden}`] as const;
  });
  const title = page.wrap('Sources of an API key (vstoken uses the first one that is set):', 0);
  return `${renderRows(rows, page, 13)}${title}
${renderRows(sources, page, 29, 2)}`;
}

/** Whether the shown fingerprint is from the login and may be outdated, because the key command may print another key now. */
const isFromLogin = ({ store, check }: StatusDocument) => store === 'command' && check === null;

const SERVICE = {
  accepted: 'accepts the key',
  refused: 'refuses the key',
  unreachable: 'could not be reached',
} as const;

const MARKS = { used: '*', shadowed: '-', unset: ' ' } as const;

function keyName({ profile, sources }: StatusDocument): string {
  if (profile !== null) return `profile ${profile}`;
  return sources.find(({ state }) => state === 'used')?.source ?? 'none';
}
