import { CliError, type ErrorCode } from '../core/errors';
import { TOKEN_VARIABLE } from '../core/key-source';
import { formatToken, namesVariable, TOKEN_FORMATS, type TokenFormat } from '../core/quote';
import { DEFAULT_TOKEN_OPTIONS } from '../core/token';
import { CLIENT_OPTION, SDK_ERRORS } from './client-option';
import { type CommandContext, defineCommand, type Emit, type Outcome } from './define';
import { adviseOnToken, refuseWorkflowCommand } from './mint-advice';
import { type Minted, mintOne } from './mint-one';
import { MAX_CONCURRENCY, MAX_COUNT, parseFormat, parseName, parseWhole } from './mint-values';
import { MINT_ERRORS, NETWORK_ERRORS, USE_ERRORS } from './network-errors';
import type { SdkInUse } from './open-sdk';
import { flag, type OptionValues, value } from './options';
import { withOwnDeadline } from './own-deadline';
import { KEY_ERRORS } from './store-errors';
import { defaultsFrom, tokenOptionSpecs, tokenOptionsFrom } from './token-options';

const ERRORS: readonly ErrorCode[] = [
  'not_in_github_actions',
  ...KEY_ERRORS,
  ...MINT_ERRORS,
  ...USE_ERRORS,
  ...NETWORK_ERRORS,
  ...SDK_ERRORS,
];

const DEFAULT_CONCURRENCY = 8;

const OPTIONS = {
  ...tokenOptionSpecs(DEFAULT_TOKEN_OPTIONS),
  output: value(
    '-o, --output <format>',
    `${TOKEN_FORMATS.join(', ')} (default: text)`,
    parseFormat,
  ),
  name: value(
    '--name <var>',
    `the variable that the token goes into (default: ${TOKEN_VARIABLE})`,
    parseName,
  ),
  count: value(
    '--count <number>',
    `mint so many, one a line as they come (1 to ${MAX_COUNT})`,
    parseWhole('--count', MAX_COUNT),
  ),
  concurrency: value(
    '--concurrency <number>',
    `with --count: requests at once, 1 to ${MAX_CONCURRENCY} (default: ${DEFAULT_CONCURRENCY})`,
    parseWhole('--concurrency', MAX_CONCURRENCY),
  ),
  prove: flag('--prove', 'first try a twin with the same options, for free; print an unused token'),
  interactive: flag('-i, --interactive', 'ask for the options'),
  client: CLIENT_OPTION,
} as const;

type MintValues = OptionValues<typeof OPTIONS>;

export const mint = defineCommand({
  name: 'mint',
  summary: 'mint an auth token and print it',
  description:
    'Trades the API key for a short-lived auth token that a browser or an app may hold, and prints it on standard output.',
  options: OPTIONS,
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
    const { openSdkInUse } = await import('./open-sdk');
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

/** @param sdk the SDK, to mint by way of it */
async function runMint(
  context: CommandContext,
  values: MintValues,
  emit: Emit<Minted>,
  sdk?: SdkInUse,
): Promise<Outcome<Minted> | null> {
  const format = values.output ?? 'text';
  const name = values.name ?? TOKEN_VARIABLE;
  const requireNoCommand = (token: string) => {
    if (format === 'json' || context.globals.json) return;
    refuseWorkflowCommand(context, lineOf(token, format, name));
  };
  if (format === 'github') (await import('./mint-github')).requireGithubFiles(context);

  const { key } =
    values.count === undefined
      ? await context.target.key()
      : await withOwnDeadline(context, (own) => context.target.key(own));
  let options = tokenOptionsFrom(values, defaultsFrom(context.target.settings));
  if (values.interactive) {
    const { askForOptions } = await import('./mint-ask');
    options = await askForOptions(context, options, values);
  }
  if (values.prove) {
    const { proveTwin } = await import('./mint-prove');
    const seen = await withOwnDeadline(context, (own) => proveTwin(own, key, options, sdk?.api));
    context.notes.note(`Proved: a twin with the same options ${seen}. What is printed is unused.`);
  }
  if (values.count !== undefined) {
    const { mintMany } = await import('./mint-many');
    const batch = {
      count: values.count,
      concurrency: values.concurrency ?? DEFAULT_CONCURRENCY,
    };
    const begun = context.clock.now();
    await mintMany(context, key, options, batch, async (minted) => {
      requireNoCommand(minted.token);
      await emit(minted);
    });
    adviseOnToken(context, options, begun);
    return null;
  }

  const minted = await mintOne(context, key, options, sdk?.api);
  if (format === 'github') {
    await (await import('./mint-github')).handToGithub(context, minted.token, name);
    return null;
  }
  requireNoCommand(minted.token);
  adviseOnToken(context, options, Date.parse(minted.issued_at));
  return { data: sdk ? { ...minted, client: sdk.client } : minted };
}

/** A token as text; as it is, where the format has no line of its own. */
function lineOf(token: string, format: TokenFormat, name: string): string {
  return formatToken(token, format === 'json' || format === 'github' ? 'text' : format, name);
}
