import { CliError } from './errors';

/**
 * Checks that a text is `auto` or a language code such as `en` or `pt-BR`.
 * @throws CliError `invalid_value`
 */
export function parseLanguage(text: string, source: string): string {
  if (/^(auto|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$/.test(text)) return text;
  throw new CliError(
    'invalid_value',
    `${source} must be auto or a language code such as en or de.`,
  );
}
