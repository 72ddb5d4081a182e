import { SDK_ERRORS } from '../../cli/client-option';
import { MINT_ERRORS, NETWORK_ERRORS, USE_ERRORS } from '../../cli/common-errors';
import { defineCommand } from '../../cli/define';
import type { ErrorCode } from '../../core/error-codes';
import { CliError } from '../../core/errors';
import { TOKEN_VARIABLE } from '../../core/key-source';
import { namesVariable, TOKEN_FORMATS } from '../../core/quote';
import { KEY_ERRORS } from '../../credentials/errors';
import type { Minted } from '../../credentials/mint-one';
import { MINT_OPTIONS } from './options';
import { lineOf, runMint } from './run';

const ERRORS: readonly ErrorCode[] = [
  'not_in_github_actions',
  ...KEY_ERRORS,
  ...MINT_ERRORS,
  ...USE_ERRORS,
  ...NETWORK_ERRORS,
  ...SDK_ERRORS,
];

export const mint = defineCommand({
  name: 'mint',
  summary: 'mint an auth token and print it',
  description:
    'Trades the API key for a short-lived auth token that a browser or an app may hold, and prints it on standard output.',
  options: MINT_OPTIONS,
  examples: [
    { about: 'a token with the most restrictive options', line: 'vstoken mint' },
    {
      about: 'one that a browser may transcribe with, once, within a minute',
      line: 'vstoken mint --access readwrite --lifetime 60s --one-time',
    },
    { about: 'one that may be used again', line: 'vstoken mint --no-one-time --lifetime 30s' },
    { about: 'into a variable of the shell', line: 'eval "$(vstoken mint -o env --name TOKEN)"' },
    {
      about: 'for curl, off its arguments',
      line: 'vstoken mint -o curl | curl --config - https://api.vocalstack.com/transcriptions',
    },
    {
      about: 'a hundred of them, sixteen at once',
      line: 'vstoken mint --count 100 --concurrency 16 > tokens.txt',
    },
    {
      about: 'one whose twin was seen to open a session',
      line: 'vstoken mint --access readwrite --prove',
    },
    { about: 'with another stored key', line: 'vstoken mint --profile staging' },
    { about: 'by questions', line: 'vstoken mint --interactive' },
    {
      about: 'for the later steps of a job in GitHub Actions, masked',
      line: 'vstoken mint -o github --name TOKEN',
    },
    {
      about: 'what goes over the wire, without a secret, to a server that is named',
      line: 'vstoken mint --verbose --no-color --api-server https://api.vocalstack.com',
    },
    { about: 'in a script that has no time', line: 'vstoken mint --quiet --timeout 5s' },
    {
      about: 'by way of the SDK that the project in this folder has',
      line: 'vstoken mint --client sdk --json',
    },
    { about: 'without an account', line: 'vstoken mint --sandbox --json' },
  ],
  errors: ERRORS,
  json: '{"token", "access", "lifetime_s", "one_time", "issued_at", "expires_at", "api_server", "profile", "sandbox", "client"?: {"name", "version", "path"}}',
  reach: ['profile', 'server', 'sandbox'],
  timeoutMs: 30_000,

  check(options, globals) {
    const exclude = (message: string) => {
      throw new CliError('conflicting_options', message);
    };
    const format = options.output ?? (globals.json ? 'json' : 'text');
    if (globals.json && format !== 'json') exclude(`--json is -o json: it excludes -o ${format}.`);
    if (options.name !== undefined && !namesVariable(format)) {
      exclude(
        `--name names the variable of ${TOKEN_FORMATS.filter(namesVariable).join(', ')}; -o ${format} has none.`,
      );
    }
    if (options.count !== undefined && format !== 'text' && format !== 'json') {
      exclude(`--count prints many tokens, as text or json: it excludes -o ${format}.`);
    }
    if (options.concurrency !== undefined && options.count === undefined) {
      exclude('--concurrency goes with --count.');
    }
    if (options.count !== undefined && options.client === 'sdk') {
      exclude('--client sdk mints one token: it excludes --count.');
    }
    return { json: format === 'json', hasOwnDeadlines: options.count !== undefined };
  },

  async run(context, values, _operands, emit) {
    if (values.client !== 'sdk') return runMint(context, values, emit);
    const { openSdkInUse } = await import('../../credentials/open-sdk');
    const sdk = await openSdkInUse(context);
    try {
      return await runMint(context, values, emit, sdk);
    } finally {
      await sdk.close();
    }
  },

  render(minted: Minted, { output = 'text', name = TOKEN_VARIABLE }) {
    return lineOf(minted.token, output, name);
  },
});
