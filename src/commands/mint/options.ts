import { CLIENT_OPTION } from '../../cli/client-option';
import { NAME_OPTION } from '../../cli/name-option';
import { flag, type OptionValues, value } from '../../cli/options';
import { tokenOptionSpecs } from '../../cli/token-options';
import { TOKEN_FORMATS } from '../../core/quote';
import { DEFAULT_TOKEN_OPTIONS } from '../../core/token';
import { MAX_CONCURRENCY, MAX_COUNT, parseFormat, parseWhole } from './values';

export const DEFAULT_CONCURRENCY = 8;

const SEVERAL_HEADING = 'Several tokens';

export const MINT_OPTIONS = {
  ...tokenOptionSpecs(DEFAULT_TOKEN_OPTIONS),
  prove: flag(
    '--prove',
    'mint two tokens with these options; test one for free, and print the other one',
    {
      group: 'Minting',
    },
  ),
  interactive: flag('-i, --interactive', 'ask for the options of the token', { group: 'Minting' }),
  client: { ...CLIENT_OPTION, group: 'Minting' },
  output: value('-o, --output <format>', TOKEN_FORMATS.join(', '), parseFormat, {
    group: 'Output',
    preset: 'text',
    completes: { words: TOKEN_FORMATS },
  }),
  name: NAME_OPTION,
  copy: flag('--copy', 'copy the token to the clipboard; do not print it', {
    group: 'Output',
  }),
  count: value(
    '--count <number>',
    `mint this many tokens, one per line (1 to ${MAX_COUNT})`,
    parseWhole('--count', MAX_COUNT),
    { group: SEVERAL_HEADING },
  ),
  concurrency: value(
    '--concurrency <number>',
    `with --count: the number of parallel requests, 1 to ${MAX_CONCURRENCY}`,
    parseWhole('--concurrency', MAX_CONCURRENCY),
    { group: SEVERAL_HEADING, preset: String(DEFAULT_CONCURRENCY) },
  ),
} as const;

export type MintValues = OptionValues<typeof MINT_OPTIONS>;
