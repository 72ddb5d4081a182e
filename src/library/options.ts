import { parseApiKey } from '../core/api-key';
import { CliError } from '../core/errors';
import type { Secret } from '../core/secret';
import {
  ACCESS_VALUES,
  type Access,
  DEFAULT_TOKEN_OPTIONS,
  MAX_LIFETIME_S,
  MIN_LIFETIME_S,
  type TokenOptions,
} from '../core/token';

/** What a token may do, and for how long. Whatever is left out is as restrictive as it can be. */
export interface TokenChoices {
  /** `readwrite` also allows billable transcription. Default: `readonly`. */
  readonly access?: Access | undefined;
  /** In whole seconds, 1 to 120. Default: 10. */
  readonly lifetimeS?: number | undefined;
  /** Whether its first use spends it. Default: true. */
  readonly oneTime?: boolean | undefined;
}

export const invalid = (message: string): CliError => new CliError('invalid_value', message);

/** For callers without types. @throws CliError `invalid_value` */
export function requireOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) throw invalid('The options are missing.');
}

/** @throws CliError `invalid_value` */
export function readChoices(choices: TokenChoices): TokenOptions {
  const {
    access = DEFAULT_TOKEN_OPTIONS.access,
    lifetimeS = DEFAULT_TOKEN_OPTIONS.lifetimeS,
    oneTime = DEFAULT_TOKEN_OPTIONS.oneTime,
  } = choices;
  if (!ACCESS_VALUES.includes(access)) {
    throw invalid(`The option access takes ${ACCESS_VALUES.join(' or ')}.`);
  }
  requireWhole('lifetimeS', lifetimeS, MIN_LIFETIME_S, MAX_LIFETIME_S);
  if (typeof oneTime !== 'boolean') throw invalid('The option oneTime takes true or false.');
  return { access, lifetimeS, oneTime };
}

/** @throws CliError `key_empty`, `key_malformed` */
export function readApiKey(apiKey: string): Secret {
  return parseApiKey(typeof apiKey === 'string' ? apiKey : '', 'The option apiKey');
}

/** @throws CliError `invalid_value` */
export function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(`The option ${name} takes a whole number from ${least} to ${most}.`);
}

/** @throws CliError `invalid_value` */
export function requireFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw invalid(`The option ${name} takes a function.`);
}

const DAY_MS = 24 * 3_600_000;

/** @throws CliError `invalid_value` */
export function readTimeout(timeoutMs: number | undefined, preset: number): number {
  if (timeoutMs !== undefined) requireWhole('timeoutMs', timeoutMs, 1, DAY_MS);
  return timeoutMs ?? preset;
}
