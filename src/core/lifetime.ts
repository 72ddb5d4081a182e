import { parseDuration } from './duration';
import { CliError } from './errors';
import { MAX_LIFETIME_S, MIN_LIFETIME_S } from './token';

/**
 * Parses a lifetime such as `30`, `30s`, `2m` or `5000ms`, and returns seconds.
 * @throws CliError `invalid_value` if the lifetime is not a whole number of seconds from 1 to 120
 */
export function parseLifetime(text: string, source = '--lifetime'): number {
  const ms = parseDuration(text);
  const seconds = ms === null ? Number.NaN : ms / 1000;
  if (Number.isInteger(seconds) && seconds >= MIN_LIFETIME_S && seconds <= MAX_LIFETIME_S) {
    return seconds;
  }
  throw new CliError(
    'invalid_value',
    `${source} must be whole seconds from ${MIN_LIFETIME_S} to ${MAX_LIFETIME_S}, such as 30, 30s or 2m.`,
    {
      hint: 'For longer work, mint a new token when you need it. A started session continues after its token expires.',
    },
  );
}
