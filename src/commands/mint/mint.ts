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
import { type Copied, lineOf, runMint } from './run';

const ERRORS: readonly ErrorCode[] = [
  'not_in_github_actions',
  'no_clipboard',
  ...KEY_ERRORS,
  ...MINT_ERRORS,
  ...USE_ERRORS,
  ...NETWORK_ERRORS,
  ...SDK_ERRORS,
];

const MINTED =
  'access: "readonly" | "readwrite", lifetime_s: number, one_time: boolean, issued_at: string, expires_at: string, api_server: string, profile: string | null, sandbox: boolean, client?: {name: "sdk", version: string | null, path: string}';

export const mint = defineCommand({
  name: 'mint',
  summary: 'mint an auth token and print it',
  description:
    'Uses the API key to mint a short-lived auth token for a browser or an app, and prints the token on standard output.',
  options: MINT_OPTIONS,
  examples: [
    { about: 'the most restrictive token: readonly, one-time, 10 s', line: 'vstoken mint' },
    {
      about: 'a token for a page that transcribes: one-time, 60 s',
      line: 'vstoken mint --access readwrite --lifetime 60s',
    },
    {
      about: 'put the token in a shell variable',
      line: 'eval "$(vstoken mint -o env --name TOKEN)"',
    },
    {
      about: 'call the service with curl, without the token in the arguments of curl',
      line: 'vstoken mint -o curl | curl --config - https://api.vocalstack.com/transcriptions',
    },
    {
      about: 'pass the token to later steps of a GitHub Actions job, masked in logs',
      line: 'vstoken mint -o github --name TOKEN',
    },
  ],
  errors: ERRORS,
  json: {
    '--json': `{token: string, ${MINTED}}`,
    '--copy --json': `{copied_by: string, ${MINTED}}`,
  },
  targetOptions: ['profile', 'server', 'sandbox'],
  isForPrograms: true,
  timeoutMs: 30_000,
  printsSecret: true,

  check(options, globals) {
    const exclude = (message: string) => {
      throw new CliError('conflicting_options', message);
    };
    const format = options.output ?? (globals.json ? 'json' : 'text');
    if (globals.json && format !== 'json')
      exclude(`--json means -o json: it cannot be used with -o ${format}.`);
    if (options.name !== undefined && !namesVariable(format)) {
      exclude(
        `--name is the name of a variable, but -o ${format} sets no variable. Formats with a variable: ${TOKEN_FORMATS.filter(namesVariable).join(', ')}.`,
      );
    }
    if (options.count !== undefined && format !== 'text' && format !== 'json') {
      exclude(`--count prints text or json: it cannot be used with -o ${format}.`);
    }
    if (options.copy && options.count !== undefined) {
      exclude('--copy copies one token: it cannot be used with --count.');
    }
    if (options.copy && format === 'github') {
      exclude('-o github passes the token to the job: it cannot be used with --copy.');
    }
    if (options.concurrency !== undefined && options.count === undefined) {
      exclude('--concurrency needs --count.');
    }
    if (options.count !== undefined && options.client === 'sdk') {
      exclude('--client sdk mints one token: it cannot be used with --count.');
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

  render(minted: Minted | Copied, { output = 'text', name = TOKEN_VARIABLE }) {
    if (!('token' in minted)) return '';
    return lineOf(minted.token, output, name);
  },
});
