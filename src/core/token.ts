import { CliError } from './errors';
import { requireVisible } from './find-invisible';
import { type Secret, secret } from './secret';

export type Access = 'readonly' | 'readwrite';

/** Options of a mint. `lifetimeS` is in seconds, from 1 to 120 (see the service's page on auth tokens). */
export interface TokenOptions {
  readonly access: Access;
  readonly lifetimeS: number;
  readonly oneTime: boolean;
}

export const ACCESS_VALUES: readonly Access[] = ['readonly', 'readwrite'];
export const MIN_LIFETIME_S = 1;
export const MAX_LIFETIME_S = 120;

/** The defaults of the service. */
export const DEFAULT_TOKEN_OPTIONS: TokenOptions = {
  access: 'readonly',
  lifetimeS: 10,
  oneTime: true,
};

export function describeToken(options: TokenOptions): string {
  return `${options.access}, ${options.oneTime ? 'one-time' : 'reusable'}, ${options.lifetimeS} s`;
}

const MAX_TOKEN_LENGTH = 4096;

/**
 * Whether a text can be an auth token: 1 to 4096 visible ASCII characters. Other characters could break a header or a command.
 */
export function isToken(text: string): boolean {
  return text.length <= MAX_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(text);
}

/**
 * Checks a token that a person gave, and removes the white space around it.
 * @throws CliError `no_token` if the text is empty, `token_malformed` if it cannot be a token. The message never quotes the text.
 */
export function tokenFromInput(text: string, source: string): Secret {
  const trimmed = text.trim();
  if (trimmed === '') {
    throw new CliError('no_token', `${source} contains no auth token.`, {
      hint: 'Mint a token and pipe it: vstoken mint --access readwrite | vstoken test --token-stdin',
    });
  }
  if (!isToken(trimmed)) {
    requireVisible(trimmed, source, 'token_malformed');
    throw new CliError(
      'token_malformed',
      `${source} is not an auth token. A token is 1 to ${MAX_TOKEN_LENGTH} visible ASCII characters without spaces.`,
      { hint: 'Pass only the token, without "Bearer" and without quotes.' },
    );
  }
  return secret(trimmed);
}
