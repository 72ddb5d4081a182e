import { CLIENT_OPTION } from '../../cli/client-option';
import { NAME_OPTION } from '../../cli/name-option';
import { flag, type OptionValues, value } from '../../cli/options';
import { tokenOptionSpecs } from '../../cli/token-options';
import { TOKEN_FORMATS } from '../../core/quote';
import { DEFAULT_TOKEN_OPTIONS } from '../../core/token';
import { MAX_CONCURRENCY, MAX_COUNT, parseFormat, parseWhole } from './values';

export const DEFAULT_CONCURRENCY = 8;

const MANY = 'Many of them';

export const MINT_OPTIONS = {
  ...tokenOptionSpecs(DEFAULT_TOKEN_OPTIONS),
  prove: flag(
    '--prove',
    'first try a twin with the same options, for free; print an unused token',
    {
      group: 'How it is minted',
    },
  ),
  interactive: flag('-i, --interactive', 'ask for the options', { group: 'How it is minted' }),
  client: { ...CLIENT_OPTION, group: 'How it is minted' },
  output: value('-o, --output <format>', TOKEN_FORMATS.join(', '), parseFormat, {
    group: 'Where it goes',
    preset: 'text',
    completes: { words: TOKEN_FORMATS },
  }),
  name: NAME_OPTION,
  copy: flag('--copy', 'to the clipboard, and nothing of it on standard output', {
    group: 'Where it goes',
  }),
  count: value(
    '--count <number>',
    `mint so many, one a line as they come (1 to ${MAX_COUNT})`,
    parseWhole('--count', MAX_COUNT),
    { group: MANY },
  ),
  concurrency: value(
    '--concurrency <number>',
    `with --count: requests at once, 1 to ${MAX_CONCURRENCY}`,
    parseWhole('--concurrency', MAX_CONCURRENCY),
    { group: MANY, preset: String(DEFAULT_CONCURRENCY) },
  ),
} as const;

export type MintValues = OptionValues<typeof MINT_OPTIONS>;
