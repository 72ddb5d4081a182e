import { type Actions, parseAction } from '../../cli/actions';
import { type CommandContext, defineCommand, type Page } from '../../cli/define';
import { CliError } from '../../core/errors';
import { storedKey } from '../../core/key-source';
import { parseProfileName } from '../../core/profile';
import type { KeyStorage, StoredConfig } from '../../core/stored-config';
import { findProfile } from '../../core/stored-config';
import { CONFIG_WRITE_ERRORS, KEY_STORE_ERRORS } from '../../credentials/errors';
import { isSameProfile, withLeftover } from '../../credentials/leftovers';
import { createPassphraseSource } from '../../credentials/passphrase';
import { saveCommand, saveProfile } from '../../credentials/save-profile';

interface ProfileRow {
  readonly profile: string;
  readonly in_use: boolean;
  readonly store: KeyStorage;
  readonly api_server: string;
  /** The fingerprint of the key. Null if the key command was not run at login. */
  readonly fingerprint: string | null;
  readonly created_at: string;
  readonly last_used_at: string | null;
}

/** The JSON of `vstoken profile`, in a different form for each action. */
type ProfileDocument =
  | { readonly profiles: readonly ProfileRow[] }
  | { readonly in_use: string }
  | { readonly renamed: string; readonly to: string };

const ACTIONS = {
  list: [0, 'no arguments'],
  use: [1, 'the name of a profile'],
  rename: [2, 'the old and the new name'],
} as const satisfies Actions<string>;

export const profile = defineCommand({
  name: 'profile',
  summary: 'list, choose and rename the stored keys',
  description: 'Lists, chooses or renames profiles. A profile is a stored key with its API server.',
  operands: [
    {
      name: '<action>',
      summary: 'list, use NAME (make it the default) or rename OLD NEW',
      completes: () => ({ words: Object.keys(ACTIONS) }),
    },
    {
      name: '[names...]',
      summary:
        'with the action use: the name of the profile; with rename: the old and the new name',
      completes: ([action, ...names]) =>
        (action === 'use' || action === 'rename') && names.length === 0 ? 'profile' : undefined,
    },
  ],
  options: {},
  examples: [
    { about: 'list all profiles; * marks the profile in use', line: 'vstoken profile list' },
    { about: 'make another profile the default', line: 'vstoken profile use staging' },
    { about: 'rename a profile', line: 'vstoken profile rename staging acceptance' },
  ],
  errors: [
    ...CONFIG_WRITE_ERRORS,
    ...KEY_STORE_ERRORS.filter((code) => code !== 'key_for_other_server'),
    'no_key',
    'timeout',
  ],
  json: {
    'list --json':
      '{profiles: {profile: string, in_use: boolean, store: "keychain" | "passphrase" | "plaintext" | "command", api_server: string, fingerprint: string | null, created_at: string, last_used_at: string | null}[]}',
    'use --json': '{in_use: string}',
    'rename --json': '{renamed: string, to: string}',
  },
  targetOptions: [],
  timeoutMs: 30_000,

  check(_options, globals, operands) {
    parseAction('profile', ACTIONS, operands);
    return { json: globals.json };
  },

  async run(context, _options, operands): Promise<{ readonly data: ProfileDocument }> {
    const action = parseAction('profile', ACTIONS, operands);
    const [name = '', to = ''] = operands
      .slice(1)
      .map((text) => parseProfileName(text, `profile ${action}`));
    if (action === 'list') return { data: { profiles: await listProfiles(context) } };
    if (action === 'use') {
      await context.vault.update((config) => ({
        ...config,
        profile: storedKey(name, config).name,
      }));
      return { data: { in_use: name } };
    }
    await renameProfile(context, name, to);
    return { data: { renamed: name, to } };
  },

  render(data: ProfileDocument, _options, page) {
    const sentence = (text: string) => `${page.wrap(text, 0)}\n`;
    if ('renamed' in data) return sentence(`Profile ${data.renamed} is now called ${data.to}.`);
    if ('in_use' in data) return sentence(`Profile ${data.in_use} is now the default.`);
    if (data.profiles.length === 0)
      return sentence('No key is stored. To store one: vstoken login');
    const rows = data.profiles.map((row) => [
      row.in_use ? '*' : ' ',
      row.profile,
      row.store,
      row.fingerprint ?? '-',
      row.api_server,
    ]);
    return renderTable(page, rows.length > 1 ? [HEADERS, ...rows] : rows);
  },
});

/** The headers of the table. They are shown if the table has more than one row. The first column marks the profile in use. */
const HEADERS: readonly string[] = [' ', 'PROFILE', 'STORE', 'FINGERPRINT', 'API SERVER'];

function renderTable(page: Page, rows: readonly (readonly string[])[]): string {
  if (page.isNarrow) {
    return rows.map((row) => `${row[0]} ${page.wrap(row.slice(1).join('  '), 2)}\n`).join('');
  }
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widthOf(column)))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

async function listProfiles({ vault }: CommandContext): Promise<readonly ProfileRow[]> {
  const { profiles, profile: inUse } = await vault.read();
  return Promise.all(
    Object.entries(profiles).map(async ([name, { store, origin, fingerprint, created_at }]) => ({
      profile: name,
      in_use: name === inUse,
      store,
      api_server: origin,
      fingerprint,
      created_at,
      last_used_at: await vault.lastUsed(name),
    })),
  );
}

/**
 * Renames a profile, and stores its key again under the new name. Reason: the passphrase store binds an encrypted key to the name
 * of its profile. A key command is stored again without running it.
 */
async function renameProfile(context: CommandContext, from: string, to: string): Promise<void> {
  const { vault } = context;
  const config = await vault.read();
  const old = storedKey(from, config).profile;
  requireFree(config, to);
  const { store: kind, origin, fingerprint, created_at, command = '' } = old;
  const about = { origin, fingerprint, created_at };
  const binding = { profile: to, origin };
  const change = (current: StoredConfig) => {
    // The settings may have changed while the person typed the passphrase.
    requireFree(current, to);
    if (!isSameProfile(findProfile(current, from), old)) throw changedMeanwhile(from);
    const { [from]: _renamed, ...profiles } = current.profiles;
    const renamed = {
      ...current,
      profiles,
      profile: current.profile === from ? to : current.profile,
    };
    return withLeftover(renamed, old.account, vault.pid);
  };
  if (kind === 'command') await saveCommand(context, binding, command, about, change);
  else {
    const store = await vault.open(kind, createPassphraseSource(context, from));
    const key = await store.read({ profile: from, origin }, old);
    await saveProfile(context, store, binding, key, { ...about, store: kind }, change);
  }
  vault.moveUse(from, to);
}

function requireFree(config: StoredConfig, name: string): void {
  if (!findProfile(config, name)) return;
  throw new CliError('invalid_value', `Profile ${name} already exists.`, {
    hint: 'Choose another name. To see all names: vstoken profile list',
  });
}

function changedMeanwhile(name: string): CliError {
  return new CliError('config_locked', `Another command changed profile ${name} meanwhile.`, {
    hint: 'Nothing was renamed. Try again.',
  });
}
