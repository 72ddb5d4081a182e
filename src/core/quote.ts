import { CliError } from './errors';

/** The output formats, and whether each contains the name of a variable. */
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
/** The formats that print one line to standard output. */
export type LineFormat = Exclude<TokenFormat, 'json' | 'github'>;

export const TOKEN_FORMATS = Object.keys(FORMATS) as readonly TokenFormat[];

export function namesVariable(format: TokenFormat): boolean {
  return FORMATS[format];
}

/** Quotes a word for bash, dash and zsh: nothing is special between single quotes. */
export function quotePosix(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Quotes a word of a command that a person copies, if it needs quotes. */
export function quoteWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quotePosix(text);
}

/**
 * dotenv, `node --env-file` and a shell that sources the file all read single quotes literally. A text with a single quote has no
 * form that is safe in all three.
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

/** Quotes a value for a curl configuration file: backslash and double quote are escaped. */
function quoteCurl(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** fish has two escapes between single quotes. */
function quoteFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** PowerShell has one escape between single quotes: a doubled quote. */
function quotePowershell(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * In `set "NAME=value"` of cmd, only these characters are a problem. A percent sign is escaped in batch files but cannot be
 * escaped at the prompt, an exclamation mark is special under delayed expansion, and a quote ends the quotes.
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
 * @param name of the variable, if the format needs one
 * @throws CliError `invalid_value` if the format cannot express this token
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
