import { flag, list, type OptionValues, value } from '../../cli/options';
import { allowPrivateAudio, parseOrigin, parsePort, publicUrl } from '../../cli/server-options';
import { tokenOptionSpecs } from '../../cli/token-options';
import { CliError } from '../../core/errors';
import { DEFAULT_TOKEN_OPTIONS } from '../../core/token';
import { DEFAULT_RATE_PER_MIN, parsePath, parseRate } from './values';

export const DEFAULT_PORT = 8788;
export const DEFAULT_PATH = '/token';
const ENDPOINT = 'Endpoint';
const PAGE = 'Page';

export const SERVE_OPTIONS = {
  port: value('--port <number>', 'the port; 0 picks a free port', parsePort, {
    group: ENDPOINT,
    preset: String(DEFAULT_PORT),
  }),
  path: value('--path <url-path>', 'the path of the token endpoint', parsePath, {
    group: ENDPOINT,
    preset: DEFAULT_PATH,
  }),
  allowOrigin: list(
    '--allow-origin <origin...>',
    'origins of pages that may get tokens, such as http://localhost:5173',
    parseOrigin,
    { group: ENDPOINT },
  ),
  allowPrivateAudio: allowPrivateAudio(
    ENDPOINT,
    'with --sandbox: also fetch audio from private addresses',
  ),
  publicUrl: publicUrl(
    ENDPOINT,
    'the public URL of each server whose port is forwarded, in this order: endpoint, sandbox (with --sandbox), page (with --page)',
  ),
  rate: value('--rate <rate>', 'the maximum rate of tokens', parseRate, {
    group: ENDPOINT,
    preset: `${DEFAULT_RATE_PER_MIN}/min`,
  }),
  page: flag('--page', 'also serve the example page, which may get tokens', { group: PAGE }),
  pagePort: value(
    '--page-port <number>',
    'the port of the page; 0 picks a free port',
    (text) => parsePort(text, '--page-port'),
    { group: PAGE, preset: '0' },
  ),
  open: flag('--open', 'open the page in a browser', { group: PAGE }),
  ...tokenOptionSpecs(DEFAULT_TOKEN_OPTIONS, 'Limits of the tokens'),
};

export type ServeValues = OptionValues<typeof SERVE_OPTIONS>;

/** @throws CliError `conflicting_options` if an option is given without the option that it needs */
export function requireNeededOptions(
  { allowPrivateAudio, page, pagePort, open }: ServeValues,
  { sandbox }: { readonly sandbox: boolean },
): void {
  const missing = (flag: string, about: string, needed: string) =>
    new CliError('conflicting_options', `${flag} applies only to ${about}, so it needs ${needed}.`);
  if (allowPrivateAudio && !sandbox) {
    throw missing('--allow-private-audio', 'the embedded sandbox', '--sandbox');
  }
  if (page) return;
  if (pagePort !== undefined) throw missing('--page-port', 'the example page', '--page');
  if (open) throw missing('--open', 'the example page', '--page');
}

/** Returns the public URLs of the servers that run. The values of --public-url have a fixed order: endpoint, sandbox, page. */
export function publicUrls(
  { publicUrl, page }: Pick<ServeValues, 'publicUrl' | 'page'>,
  hasSandbox: boolean,
): { readonly [Name in 'endpoint' | 'sandbox' | 'page']?: string | undefined } {
  const [endpoint, ...others] = publicUrl;
  const sandbox = hasSandbox ? others.shift() : undefined;
  return { endpoint, sandbox, page: page ? others.shift() : undefined };
}
