import { requireTimeout } from '../core/duration';
import { parseProfileName } from '../core/profile';
import {
  flag,
  type OptionSpecs,
  type OptionValues,
  type RawValue,
  switchOff,
  value,
} from './options';

/** What a command reaches for, and so has an option for. */
export type Reach = 'server' | 'sandbox' | 'profile';

const REACH_OPTIONS = {
  profile: {
    profile: value(
      '--profile <name>',
      'which stored key (VOCALSTACK_PROFILE)',
      (text) => parseProfileName(text, '--profile'),
      'profile',
    ),
  },
  server: {
    apiServer: value(
      '--api-server <url>',
      'the API server (VOCALSTACK_API_SERVER); plain http for loopback only',
      (text) => text,
    ),
  },
  sandbox: {
    sandbox: flag('--sandbox', 'run against an embedded sandbox: no account, no network'),
  },
} as const;

const TIMEOUT_OPTIONS = {
  timeout: value(
    '--timeout <duration>',
    'one deadline for all of the work (VOCALSTACK_TIMEOUT)',
    (text) => requireTimeout(text, '--timeout'),
  ),
} as const;

const OUTPUT_OPTIONS = {
  json: flag('--json', 'machine-readable output'),
  quiet: flag('-q, --quiet', 'print results and errors only'),
  verbose: flag('-v, --verbose', 'print a redacted line for each request on stderr'),
  color: switchOff('--no-color', 'no colours (NO_COLOR)'),
} as const;

const GLOBAL_OPTIONS = {
  ...REACH_OPTIONS.profile,
  ...REACH_OPTIONS.server,
  ...REACH_OPTIONS.sandbox,
  ...TIMEOUT_OPTIONS,
  ...OUTPUT_OPTIONS,
} as const;

export type GlobalValues = OptionValues<typeof GLOBAL_OPTIONS>;

/** The global options that a command has. */
export function globalOptions(command: {
  readonly reach: readonly Reach[];
  readonly timeoutMs: number | null;
}): OptionSpecs {
  return {
    ...Object.assign({}, ...command.reach.map((name) => REACH_OPTIONS[name])),
    ...(command.timeoutMs === null ? {} : TIMEOUT_OPTIONS),
    ...OUTPUT_OPTIONS,
  };
}

/** What the parser knows by itself, everywhere. */
export const HELP_OPTION = ['-h, --help', 'show this help'] as const;
export const VERSION_OPTION = ['-V, --version', 'print the version'] as const;
export const HELP_COMMAND = ['help [command]', 'show the help of a command'] as const;

/** All of them, for the help of the program and to find the command among them. */
export const ALL_GLOBAL_OPTIONS: OptionSpecs = GLOBAL_OPTIONS;

export function readGlobals(raw: Readonly<Record<string, RawValue>>): GlobalValues {
  return Object.fromEntries(
    Object.entries(GLOBAL_OPTIONS).map(([name, spec]) => [name, spec.read(raw[name])]),
  ) as GlobalValues;
}
