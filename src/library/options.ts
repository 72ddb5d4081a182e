import { parseApiKey } from '../core/api-key';
import { invalid, requireType, requireWhole, urlText } from '../core/named-options';
import { DEFAULT_API_SERVER, parseApiServer } from '../core/origin';
import type { Secret } from '../core/secret';
import {
  ACCESS_VALUES,
  type Access,
  DEFAULT_TOKEN_OPTIONS,
  MAX_LIFETIME_S,
  MIN_LIFETIME_S,
  type TokenOptions,
} from '../core/token';

/** The access and lifetime of a token. The defaults are the most restrictive values. */
export interface TokenChoices {
  /** `readwrite` also allows billable transcription. Default: `readonly`. */
  readonly access?: Access | undefined;
  /** The lifetime in whole seconds, 1 to 120. Default: 10. */
  readonly lifetimeS?: number | undefined;
  /** Whether the token is valid for only one use. Default: true. */
  readonly oneTime?: boolean | undefined;
}

export const CHOICE_NAMES: readonly (keyof TokenChoices)[] = ['access', 'lifetimeS', 'oneTime'];

/** Options of a single call. */
export interface CallOptions {
  /** Cancels the call, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The time limit of the whole call, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

export const CALL_NAMES: readonly (keyof CallOptions)[] = ['signal', 'timeoutMs'];

/** @throws CliError `invalid_value` */
export function readChoices(choices: TokenChoices): TokenOptions {
  const {
    access = DEFAULT_TOKEN_OPTIONS.access,
    lifetimeS = DEFAULT_TOKEN_OPTIONS.lifetimeS,
    oneTime = DEFAULT_TOKEN_OPTIONS.oneTime,
  } = choices;
  if (!ACCESS_VALUES.includes(access)) {
    throw invalid(`The option access must be ${ACCESS_VALUES.join(' or ')}.`);
  }
  requireWhole('lifetimeS', lifetimeS, MIN_LIFETIME_S, MAX_LIFETIME_S);
  requireType('oneTime', oneTime, 'boolean');
  return { access, lifetimeS, oneTime };
}

/** @throws CliError `invalid_value`, `key_empty`, `key_malformed` */
export function readApiKey(apiKey: string | undefined): Secret {
  requireType('apiKey', apiKey, 'string');
  return parseApiKey(apiKey ?? '', 'The option apiKey');
}

const DAY_MS = 24 * 3_600_000;

/** @throws CliError `invalid_value` */
export function readTimeout(timeoutMs: number | undefined, preset: number): number {
  if (timeoutMs !== undefined) requireWhole('timeoutMs', timeoutMs, 1, DAY_MS);
  return timeoutMs ?? preset;
}

/**
 * Returns the server's origin.
 * @throws CliError `invalid_value`, `invalid_server`, `insecure_server`
 */
export function readApiServer(apiServer: string | URL | undefined): string {
  const text = apiServer === undefined ? DEFAULT_API_SERVER : urlText('apiServer', apiServer);
  return parseApiServer(text, 'The option apiServer');
}

/**
 * Checks that a value is an AbortSignal. `instanceof` is not used, because the signal may be from another JavaScript realm.
 * @throws CliError `invalid_value`
 */
export function requireSignal(signal: unknown): void {
  if (signal === undefined) return;
  const { aborted, addEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return;
  throw invalid('The option signal must be an AbortSignal.');
}
