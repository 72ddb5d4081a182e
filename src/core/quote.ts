import { CliError } from './errors';

/** Output formats for a token. `true` means that the output contains the name of a variable. */
const FORMATS = {
  text: false,
  json: false,
  env: true,
  dotenv: true,
  fish: true,
  powershell: true,
  cmd: true,
  header: false,
  curl: false,
  github: true,
} as const;

export type TokenFormat = keyof typeof FORMATS;
/** Formats that print one line to standard output. */
export type LineFormat = Exclude<TokenFormat, 'json' | 'github'>;

export const TOKEN_FORMATS = Object.keys(FORMATS) as readonly TokenFormat[];

export function namesVariable(format: TokenFormat): boolean {
  return FORMATS[format];
}

/** Quotes a word for bash, dash and zsh. No character is special between single quotes. */
export function quotePosix(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Quotes a word of a command that a person copies. Adds no quotes to a word without special characters. */
export function quoteWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quotePosix(text);
}

/**
 * Quotes a value for a dotenv file. Single quotes work in dotenv, in `node --env-file`, and in a shell that sources the file. A
 * value that contains a single quote cannot be written so that it works in all three.
 */
function quoteDotenv(text: string): string {
  if (/^[\w.+/-]+$/.test(text)) return text;
  if (text.includes("'")) {
    throw new CliError(
      'invalid_value',
      'This token contains a single quote, which is not safe in a dotenv file.',
      { hint: 'Use another format, such as -o env or -o json.' },
    );
  }
  return `'${text}'`;
}

/** Quotes a value for a curl configuration file, and escapes backslashes and double quotes. */
function quoteCurl(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Quotes a word for fish. Between single quotes, backslashes and single quotes must be escaped. */
function quoteFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Quotes a word for PowerShell. Between single quotes, a single quote must be doubled. */
function quotePowershell(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Rejects characters that are not safe in `set "NAME=value"` of cmd. A percent sign can be escaped in batch files, but not at the
 * prompt. An exclamation mark is special under delayed expansion. A double quote ends the value.
 */
function requirePlainForCmd(text: string): string {
  if (/[%!"]/.test(text)) {
    throw new CliError(
      'invalid_value',
      'This token contains a %, ! or ", which is not safe in cmd.',
      { hint: 'Use another format, such as -o powershell or -o json.' },
    );
  }
  return text;
}

/**
 * Formats a token as one line of an output format, with its line break.
 * @param name the name of the variable, if the format needs a name
 * @throws CliError `invalid_value` if the token contains a character that is not safe in this format
 */
export function formatToken(token: string, format: LineFormat, name: string): string {
  switch (format) {
    case 'text':
      return `${token}\n`;
    case 'env':
      return `export ${name}=${quotePosix(token)}\n`;
    case 'dotenv':
      return `${name}=${quoteDotenv(token)}\n`;
    case 'fish':
      return `set -gx ${name} ${quoteFish(token)}\n`;
    case 'powershell':
      return `$env:${name} = ${quotePowershell(token)}\n`;
    case 'cmd':
      return `set "${name}=${requirePlainForCmd(token)}"\n`;
    case 'header':
      return `Authorization: Bearer ${token}\n`;
    case 'curl':
      return `header = ${quoteCurl(`Authorization: Bearer ${token}`)}\n`;
  }
}
