import { CliError } from '../../core/errors';
import { TOKEN_FORMATS, type TokenFormat } from '../../core/quote';

export const MAX_COUNT = 10_000;
export const MAX_CONCURRENCY = 64;

export function parseFormat(text: string): TokenFormat {
  const format = TOKEN_FORMATS.find((known) => known === text);
  if (format) return format;
  throw new CliError('invalid_value', `--output must be one of ${TOKEN_FORMATS.join(', ')}.`);
}

export function parseWhole(option: string, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (number >= 1 && number <= max) return number;
    throw new CliError('invalid_value', `${option} must be a whole number from 1 to ${max}.`);
  };
}
