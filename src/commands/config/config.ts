import { type Actions, parseAction } from '../../cli/actions';
import { type CommandContext, defineCommand } from '../../cli/define';
import { type CompletionSource, flag } from '../../cli/options';
import type { Environment } from '../../core/environment';
import { CliError } from '../../core/errors';
import { nearest } from '../../core/nearest';
import { SETTING_NAMES, type SettingName, type Settings, settingSpec } from '../../core/settings';
import { CONFIG_WRITE_ERRORS } from '../../credentials/errors';
import { requireTerminalForQuestions } from '../../terminal/ask';
import { renderRows } from '../../terminal/rows';

type Value = string | number | boolean | null;

/** A setting in JSON. `lifetime` and `timeout` are in seconds. */
interface SettingRow {
  readonly name: SettingName;
  /** The current value. Null if the environment variable is invalid, or if no value is set and no default exists. */
  readonly value: Value;
  /** The value that is used if the setting has no value. Null if there is no default. */
  readonly default: Value;
  /** Where the value is from: `default`, `setting`, or the name of an environment variable. */
  readonly source: string;
}

type ConfigDocument =
  | { readonly settings: readonly SettingRow[] }
  | SettingRow
  | { readonly path: string };

const ACTIONS = {
  list: [0, 'no arguments'],
  get: [1, 'the name of a setting'],
  set: [2, 'the name of a setting and a value'],
  unset: [1, 'the name of a setting'],
  path: [0, 'no arguments'],
} as const satisfies Actions<string>;

function parseName(text: string): SettingName {
  const name = SETTING_NAMES.find((known) => known === text);
  if (name) return name;
  const near = nearest(text, SETTING_NAMES);
  throw new CliError(
    'invalid_value',
    `Unknown setting. The settings are ${SETTING_NAMES.join(', ')}.`,
    {
      hint: near ? `Did you mean ${near}?` : 'To explain all settings: vstoken config list',
    },
  );
}

export const config = defineCommand({
  name: 'config',
  summary: 'show and change the settings',
  description:
    'Shows or changes the settings. A setting replaces a default. An option or an environment variable overrides the setting.',
  operands: [
    {
      name: '<action>',
      summary:
        'list, get NAME, set NAME VALUE, unset NAME, or path (prints the path of the settings file)',
      completes: () => ({ words: Object.keys(ACTIONS) }),
    },
    {
      name: '[words...]',
      summary: 'the name of a setting; for the action "set", also the new value',
      completes: completeSetting,
    },
  ],
  options: {
    yes: flag('--yes', 'do not ask for confirmation if new tokens become readwrite or reusable'),
  },
  examples: [
    { about: 'show all settings', line: 'vstoken config list' },
    { about: 'mint every token with a longer lifetime', line: 'vstoken config set lifetime 60s' },
    { about: 'mint only reusable tokens', line: 'vstoken config set one_time false --yes' },
    { about: 'use the default lifetime again', line: 'vstoken config unset lifetime' },
  ],
  errors: [
    'prompt_impossible',
    'insecure_server',
    'invalid_server',
    ...CONFIG_WRITE_ERRORS,
    'timeout',
  ],
  appendix: {
    title: 'Settings',
    items: SETTING_NAMES.map((name) => {
      const { about, preset } = settingSpec(name);
      return [name, `${about} (default: ${preset})`] as const;
    }),
  },
  json: {
    'list --json':
      '{settings: {name: string, value: string | number | boolean | null, default: string | number | boolean | null, source: string}[]}',
    'get, set or unset, with --json':
      '{name: string, value: string | number | boolean | null, default: string | number | boolean | null, source: string}',
    'path --json': '{path: string}',
  },
  targetOptions: [],
  timeoutMs: 30_000,

  check(_options, globals, operands) {
    parseAction('config', ACTIONS, operands);
    if (operands[1] !== undefined) parseName(operands[1]);
    return { json: globals.json };
  },

  async run(context, { yes }, operands): Promise<{ readonly data: ConfigDocument }> {
    const { env, vault } = context;
    const action = parseAction('config', ACTIONS, operands);
    if (action === 'path') return { data: { path: await vault.locate() } };
    const { settings } = await vault.read();
    if (action === 'list')
      return { data: { settings: SETTING_NAMES.map((each) => rowOf(each, settings, env)) } };
    const name = parseName(operands[1] ?? '');
    if (action === 'get') return { data: rowOf(name, settings, env) };
    const change =
      action === 'set' ? { [name]: await newValue(context, name, operands[2] ?? '', yes) } : {};
    const after = await vault.update((current) => {
      const { [name]: _before, ...others } = current.settings;
      return { ...current, settings: { ...others, ...change } };
    });
    if (after.settings.ledger === 'off') await context.ledger.forget();
    return { data: rowOf(name, after.settings, env) };
  },

  render(data: ConfigDocument, _options, page) {
    if ('path' in data) return `${data.path}\n`;
    if ('name' in data) return `${shown(data)}\n`;
    const width = Math.max(...SETTING_NAMES.map(({ length }) => length));
    const rows = data.settings.map((row) => {
      const origin = row.source === 'setting' ? '' : ` (${row.source})`;
      return [row.name, `${shown(row)}${origin}: ${settingSpec(row.name).about}`] as const;
    });
    return renderRows(rows, page, width + 2);
  },
});

function completeSetting([action, name, ...more]: readonly string[]): CompletionSource | undefined {
  if (name === undefined && ['get', 'set', 'unset'].includes(action ?? '')) {
    return { words: SETTING_NAMES.map((each) => [each, settingSpec(each).about] as const) };
  }
  if (action !== 'set' || more.length > 0) return undefined;
  const known = SETTING_NAMES.find((each) => each === name);
  return { words: (known && settingSpec(known).values) ?? [] };
}

function rowOf(name: SettingName, settings: Settings, env: Environment): SettingRow {
  const { fallback, variable } = settingSpec(name);
  const row = { name, default: fallback as Value };
  const text = variable && env[variable];
  if (variable && text) return { ...row, value: valueIn(name, text), source: variable };
  const set = settings[name];
  return set === undefined
    ? { ...row, value: row.default, source: 'default' }
    : { ...row, value: set, source: 'setting' };
}

/** Parses the value of an environment variable. Returns null for an invalid value, so that the settings can still be shown. */
function valueIn(name: SettingName, text: string): Value {
  try {
    return settingSpec(name).parse(text) as Value;
  } catch {
    return null;
  }
}

function shown({ name, value, source }: SettingRow): string {
  const { preset, format } = settingSpec(name);
  if (value !== null) return format(value);
  return source === 'default' ? preset : 'invalid';
}

/**
 * Parses a new value. Asks for confirmation if the value makes all new tokens readwrite or reusable.
 * @throws CliError `invalid_value`, `invalid_server`, `insecure_server`, `prompt_impossible`; `interrupted` if the answer is no
 */
async function newValue(
  context: CommandContext,
  name: SettingName,
  text: string,
  yes: boolean,
): Promise<unknown> {
  const { parse, widens } = settingSpec(name);
  const value = parse(text);
  if (!widens?.(value) || yes) return value;
  requireTerminalForQuestions(
    context,
    `With ${name} ${text}, all new tokens can do more than by default, so a person must confirm this`,
    `To confirm: vstoken config set ${name} ${text} --yes`,
  );
  const isConfirmed = await context.deadline.pauseFor(() =>
    context.prompt.confirm({
      message: `With ${name} ${text}, all new tokens can do more than by default. Change the setting?`,
      default: false,
    }),
  );
  if (isConfirmed) return value;
  throw new CliError('interrupted', 'Nothing was changed.');
}
