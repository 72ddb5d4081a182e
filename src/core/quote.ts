import { CliError } from './errors';

export const TOKEN_FORMATS = ['text', 'json', 'env', 'dotenv', 'header', 'curl'] as const;
export type TokenFormat = (typeof TOKEN_FORMATS)[number];

/** A word as bash, dash and zsh read it back: nothing has a meaning between single quotes. */
function quotePosix(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Single quotes are literal to dotenv, to `node --env-file` and to a shell that sources the file alike. A
 * text with a single quote has no form that all three read the same and that a shell would not run parts of.
 */
function quoteDotenv(text: string): string {
  if (/^[\w.+/-]+$/.test(text)) return text;
  if (text.includes("'")) {
    throw new CliError(
      'invalid_value',
      'This token has a single quote in it, for which a dotenv file has no safe form.',
      { hint: 'Use another format, such as -o env or -o json.' },
    );
  }
  return `'${text}'`;
}

/** A double-quoted value of curl's configuration syntax, where backslash and quote are escaped. */
function quoteCurl(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/**
 * A token as a line of the format, with its line break.
 * @param name the variable of `env` and `dotenv`
 * @throws CliError `invalid_value` when the format cannot hold this token
 */
export function formatToken(
  token: string,
  format: Exclude<TokenFormat, 'json'>,
  name: string,
): string {
  switch (format) {
    case 'text':
      return `${token}\n`;
    case 'env':
      return `export ${name}=${quotePosix(token)}\n`;
    case 'dotenv':
      return `${name}=${quoteDotenv(token)}\n`;
    case 'header':
      return `Authorization: Bearer ${token}\n`;
    case 'curl':
      return `header = ${quoteCurl(`Authorization: Bearer ${token}`)}\n`;
  }
}
