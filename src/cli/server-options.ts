import { CliError } from '../core/errors';
import { isWebOrigin } from '../core/origin';
import { flag, repeated } from './options';

/** The default port of a sandbox. */
export const SANDBOX_PORT = 8787;

/** @param group the heading of the option in help */
export const allowPrivateAudio = (group: string, summary: string) =>
  flag('--allow-private-audio', summary, { group });

/**
 * Defines `--public-url`: the public origin of a server that runs in a container or behind a forwarded port.
 * @param group the heading of the option in help
 */
export const publicUrl = (group: string, summary: string) =>
  repeated('--public-url <origin>', summary, (text) => parseWebOrigin(text, '--public-url'), {
    group,
  });

/** @throws CliError `invalid_value` */
export function parsePort(text: string, flag = '--port'): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new CliError(
    'invalid_value',
    `${flag} must be a number from 0 to 65535; 0 picks a free port.`,
  );
}

/** @throws CliError `invalid_value` */
export function parseOrigin(text: string): string {
  return parseWebOrigin(text, '--allow-origin');
}

function parseWebOrigin(text: string, flag: string): string {
  const origin = text.replace(/\/$/, '').toLowerCase();
  if (isWebOrigin(origin) && /^https?:/.test(origin)) return origin;
  throw new CliError(
    'invalid_value',
    `${flag} must be an exact origin such as https://app.example.com, without a path.`,
  );
}
