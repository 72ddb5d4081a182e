import { CliError } from './errors';
import { requireVisible } from './find-invisible';

export const DEFAULT_PROFILE = 'default';

/**
 * Checks the name of a profile.
 * @throws CliError `invalid_value`. The message does not quote the text, because a user may have typed a key instead of a name.
 */
export function parseProfileName(text: string, source: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) return text;
  requireVisible(text, source);
  throw new CliError(
    'invalid_value',
    `${source} must be the name of a profile: at most 64 letters, digits, dots, dashes and underscores.`,
  );
}
