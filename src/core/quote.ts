import { CliError } from './errors';

/** The formats, and whether each names a variable. */
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
/** Those that are a line on standard output. */
export type LineFormat = Exclude<TokenFormat, 'json' | 'github'>;

export const TOKEN_FORMATS = Object.keys(FORMATS) as readonly TokenFormat[];

export function namesVariable(format: TokenFormat): boolean {
  return FORMATS[format];
}

/** A word as bash, dash and zsh read it back: nothing has a meaning between single quotes. */
export function quotePosix(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A word of a command line that a person is to copy: as it is where a shell takes it so. */
export function quoteWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quotePosix(text);
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

/** fish knows two escapes between single quotes. */
function quoteFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** PowerShell knows one escape between single quotes: the quote, doubled. */
function quotePowershell(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Between the quotes of `set "NAME=value"` cmd takes all as it is but these: a percent sign is escaped in one way in a
 * batch file and in none at the prompt, an exclamation mark means something under delayed expansion, and a quote ends the quoting.
 */
function requirePlainForCmd(text: string): string {
  if (/[%!"]/.test(text)) {
    throw new CliError(
      'invalid_value',
      'This token has a %, ! or " in it, for which cmd has no form that is safe everywhere.',
      { hint: 'Use another format, such as -o powershell or -o json.' },
    );
  }
  return text;
}

/**
 * A token as a line of the format, with its line break.
 * @param name the variable, where the format names one
 * @throws CliError `invalid_value` when the format cannot hold this token
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
