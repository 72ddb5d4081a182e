import { CliError } from '../core/errors';
import { parseLifetime } from '../core/lifetime';
import type { Settings } from '../core/settings';
import {
  ACCESS_VALUES,
  type Access,
  DEFAULT_TOKEN_OPTIONS,
  type TokenOptions,
} from '../core/token';
import { type OptionValues, toggle, value } from './options';

export function parseAccess(text: string): Access {
  const access = ACCESS_VALUES.find((known) => known === text);
  if (access) return access;
  throw new CliError('invalid_value', `--access must be ${ACCESS_VALUES.join(' or ')}.`, {
    hint: 'readonly allows calls that return data; readwrite also allows billable transcription.',
  });
}

/** Defines the options of commands that mint, with their defaults. */
export function tokenOptionSpecs(defaults: TokenOptions, group = 'Token') {
  return {
    access: value('--access <access>', 'readonly or readwrite', parseAccess, {
      group,
      preset: defaults.access,
      completes: { words: ACCESS_VALUES },
    }),
    lifetime: value(
      '--lifetime <duration>',
      'whole seconds from 1 to 120',
      (text) => parseLifetime(text),
      { group, preset: `${defaults.lifetimeS}s` },
    ),
    oneTime: toggle('--one-time', 'valid for one use', 'reusable until it expires', {
      group,
      preset: defaults.oneTime ? '--one-time' : '--no-one-time',
    }),
  } as const;
}

/**
 * Returns the token options from the settings. For missing options, returns the service's defaults, which are the most
 * restrictive values.
 */
export function defaultsFrom({ access, lifetime, one_time }: Settings): TokenOptions {
  return {
    access: access ?? DEFAULT_TOKEN_OPTIONS.access,
    lifetimeS: lifetime ?? DEFAULT_TOKEN_OPTIONS.lifetimeS,
    oneTime: one_time ?? DEFAULT_TOKEN_OPTIONS.oneTime,
  };
}

type TokenOptionValues = OptionValues<ReturnType<typeof tokenOptionSpecs>>;

export function tokenOptionsFrom(values: TokenOptionValues, defaults: TokenOptions): TokenOptions {
  return {
    access: values.access ?? defaults.access,
    lifetimeS: values.lifetime ?? defaults.lifetimeS,
    oneTime: values.oneTime ?? defaults.oneTime,
  };
}
