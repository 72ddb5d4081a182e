import { formatDuration, requireTimeout } from '../core/duration';
import { parseProfileName } from '../core/profile';
import {
  flag,
  type OptionSpecs,
  type OptionValues,
  type RawValue,
  switchOff,
  value,
} from './options';

/** The options that choose a server and a key. */
export type TargetOption = 'server' | 'sandbox' | 'profile';

const TARGET_OPTIONS = {
  profile: {
    profile: value(
      '--profile <name>',
      'profile of the stored key to use',
      (text) => parseProfileName(text, '--profile'),
      { variable: 'VOCALSTACK_PROFILE', completes: 'profile' },
    ),
  },
  server: {
    apiServer: value('--api-server <url>', 'URL of the API server', (text) => text, {
      variable: 'VOCALSTACK_API_SERVER',
    }),
  },
  sandbox: {
    sandbox: flag('--sandbox', 'use an embedded sandbox, without an account or a network'),
  },
} as const;

/** @param preset the default, such as 30s */
const timeoutOption = (preset?: string) =>
  value(
    '--timeout <duration>',
    'time limit for the whole command',
    (text) => requireTimeout(text, '--timeout'),
    { preset, variable: 'VOCALSTACK_TIMEOUT' },
  );

const OUTPUT_OPTIONS = {
  json: flag('--json', 'print JSON'),
  quiet: flag('-q, --quiet', 'print only results and errors'),
  verbose: flag('-v, --verbose', 'print a line for each request on stderr, without secrets'),
  color: switchOff('--no-color', 'no colours', { variable: 'NO_COLOR' }),
} as const;

const GLOBAL_OPTIONS = {
  ...TARGET_OPTIONS.profile,
  ...TARGET_OPTIONS.server,
  ...TARGET_OPTIONS.sandbox,
  timeout: timeoutOption(),
  ...OUTPUT_OPTIONS,
} as const;

export type GlobalValues = OptionValues<typeof GLOBAL_OPTIONS>;

/** Returns the global options that a command accepts. */
export function globalOptions(command: {
  readonly targetOptions: readonly TargetOption[];
  readonly timeoutMs: number | null;
}): OptionSpecs {
  return {
    ...Object.assign({}, ...command.targetOptions.map((name) => TARGET_OPTIONS[name])),
    ...(command.timeoutMs === null
      ? {}
      : { timeout: timeoutOption(formatDuration(command.timeoutMs)) }),
    ...OUTPUT_OPTIONS,
  };
}

/** The options that the parser handles itself. */
export const HELP_OPTION = ['-h, --help', 'show help; -h shows a short form'] as const;
export const VERSION_OPTION = ['-V, --version', 'print the version'] as const;

/** All global options. Used for the program's help, and to find the command after global options. */
export const ALL_GLOBAL_OPTIONS: OptionSpecs = GLOBAL_OPTIONS;

export function readGlobals(raw: Readonly<Record<string, RawValue>>): GlobalValues {
  return Object.fromEntries(
    Object.entries(GLOBAL_OPTIONS).map(([name, spec]) => [name, spec.read(raw[name])]),
  ) as GlobalValues;
}
