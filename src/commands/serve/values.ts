import { CliError } from '../../core/errors';

export const DEFAULT_RATE_PER_MIN = 60;
const MAX_RATE_PER_MIN = 10_000;
const MAX_PATH_LENGTH = 200;

/**
 * Parses a rate such as `60/min`.
 * @returns the number of requests per minute
 * @throws CliError `invalid_value`
 */
export function parseRate(text: string): number {
  const [, digits] = /^(\d{1,5})\/min$/.exec(text) ?? [];
  const rate = Number(digits);
  if (rate >= 1 && rate <= MAX_RATE_PER_MIN) return rate;
  throw new CliError(
    'invalid_value',
    `--rate must be a number of requests per minute, from 1/min to ${MAX_RATE_PER_MIN}/min.`,
  );
}

/**
 * Checks the path of the endpoint. Allows only characters that all clients read in the same way.
 * @throws CliError `invalid_value`
 */
export function parsePath(text: string): string {
  const isPath =
    text.length <= MAX_PATH_LENGTH &&
    /^(\/[\w.~-]+)+$/.test(text) &&
    new URL(text, 'http://localhost').pathname === text;
  if (isPath) return text;
  throw new CliError(
    'invalid_value',
    '--path must be a path such as /token or /api/token: letters, digits and . _ ~ - between slashes.',
  );
}
